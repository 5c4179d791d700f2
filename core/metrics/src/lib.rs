//! What an operator's monitoring reads: `/metrics` on a listener of its own (`METRICS_LISTEN`), in
//! the format of Prometheus. Nothing on it names a tenant, a person or an address.

mod gather;
mod process;
mod text;

use std::sync::Arc;

use axum::{Router, extract::State, http::header, response::IntoResponse, routing::get};
use core_db::Store;
use core_http::Services;
use core_jobs::Jobs;
use tokio::net::TcpListener;

/// Where the numbers come from.
#[derive(Clone)]
pub struct Source {
    /// All data.
    pub store: Store,
    /// What became of jobs in this process.
    pub jobs: Arc<Jobs>,
    /// The site, in a process that serves it.
    pub core: Option<Arc<Services>>,
}

/// Answers `/metrics`, and `/healthz` for a worker, which has no other address; for ever.
pub async fn serve(listener: TcpListener, source: Source) {
    let app = Router::new()
        .route("/metrics", get(scrape))
        .route("/healthz", get(async || "ok\n"))
        .with_state(source);
    if let Err(error) = axum::serve(listener, app).await {
        tracing::error!(%error, "the metrics are gone");
    }
}

async fn scrape(State(source): State<Source>) -> impl IntoResponse {
    let families = gather::all(&source).await;
    ([(header::CONTENT_TYPE, text::CONTENT_TYPE)], text::write(families))
}
