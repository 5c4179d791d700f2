//! `/healthz` and `/readyz`, on any host and for anybody: they say yes or no and nothing else.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::Site;

const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) async fn layer(State(site): State<Site>, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    match request.uri().path() {
        "/healthz" => (StatusCode::OK, "ok\n").into_response(),
        "/readyz" => match tokio::time::timeout(PATIENCE, is_ready(&site)).await {
            Ok(true) => (StatusCode::OK, "ready\n").into_response(),
            _ => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response(),
        },
        _ => next.run(request).await,
    }
}

/// The stores can be reached and every migration is done; quarantined tenants don't count.
async fn is_ready(site: &Site) -> bool {
    if site.core.is_draining() {
        return false;
    }
    match site.core.store.is_migrated().await {
        Ok(done) => done,
        Err(error) => {
            tracing::warn!("not ready: {error:#}");
            false
        }
    }
}
