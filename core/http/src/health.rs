//! `/healthz` and `/readyz`, on any host and for anybody: they say yes or no and nothing else.

use std::time::Duration;

use axum::{
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
};

use crate::AppState;

const TIMEOUT: Duration = Duration::from_secs(2);

/// The answer to a question for our health; `None`: it is none.
pub(crate) async fn answer(state: &AppState, method: &Method, path: &str) -> Option<Response> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    match path {
        "/healthz" => Some((StatusCode::OK, "ok\n").into_response()),
        "/readyz" => Some(match tokio::time::timeout(TIMEOUT, is_ready(state)).await {
            Ok(true) => (StatusCode::OK, "ready\n").into_response(),
            _ => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response(),
        }),
        _ => None,
    }
}

/// The stores can be reached, every migration is done and the clocks agree; quarantined tenants don't
/// count.
async fn is_ready(state: &AppState) -> bool {
    if state.core.is_draining() {
        return false;
    }
    let store = &state.core.store;
    let ready = async {
        store.check_clock().await?;
        store.is_migrated().await
    };
    match ready.await {
        Ok(done) => done,
        Err(error) => {
            tracing::warn!("not ready: {error:#}");
            false
        }
    }
}
