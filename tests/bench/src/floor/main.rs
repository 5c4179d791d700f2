//! The floor: the rows of the projects page without a session, a member, a right, a transaction or a
//! shell. A bare handler on a bare pool, the same SELECTs, the same rows drawn.

mod page;
mod store;

use std::sync::Arc;

use anyhow::Context;
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
    serve::ListenerExt,
};

use crate::store::Stores;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let setting = |name: &str| std::env::var(name).with_context(|| format!("{name} is not set"));
    let stores = match std::env::var("DATABASE_URL") {
        Ok(url) => Stores::postgres(&url).await?,
        Err(_) => Stores::sqlite(setting("DATA_DIR")?.as_ref()).await?,
    };
    let app = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/projects", get(projects))
        .with_state(Arc::new(stores));
    let listener = tokio::net::TcpListener::bind(setting("LISTEN")?).await?;
    let listener = listener.tap_io(|stream| {
        // Without it the kernel waits for more; a refusal costs time and nothing else.
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, app).await?)
}

async fn projects(State(stores): State<Arc<Stores>>, headers: HeaderMap) -> Response {
    match answer(&stores, &headers).await {
        Ok(html) => Html(html).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response(),
    }
}

async fn answer(stores: &Stores, headers: &HeaderMap) -> anyhow::Result<String> {
    let host = headers.get(header::HOST).context("no host")?.to_str()?;
    let slug = host.split('.').next().unwrap_or_default();
    let (total, rows) = stores.page(slug).await?;
    page::draw(total, rows)
}
