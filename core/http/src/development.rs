//! What pages carry in development alone: the bar with their queries, and a script that loads them
//! again after a build.

use std::{sync::LazyLock, time::Instant};

use askama::Template;
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use core_db::recorded;
use core_ui::Toolbar;

use crate::Framing;

/// Another one for each start of the program.
static VERSION: LazyLock<String> = LazyLock::new(|| uuid::Uuid::new_v4().to_string());

/// Which build answers: pages ask it twice a second, so that it must stay out of the log.
pub(crate) fn version(request: &Request) -> Option<Response> {
    (request.uri().path() == "/dev/version").then(|| VERSION.as_str().into_response())
}

/// Puts the bar under the page that the work makes.
pub(crate) async fn with_toolbar(work: impl Future<Output = Response>) -> Response {
    let start = Instant::now();
    let (response, said) = recorded(work).await;
    let kind = response.headers().get(header::CONTENT_TYPE).map(|kind| kind.as_bytes());
    let is_page = kind.is_some_and(|kind| kind.starts_with(b"text/html"));
    // A page with a policy of its own is a letter.
    if !is_page || response.extensions().get::<Framing>().is_some() {
        return response;
    }
    let said = said.into_iter().map(|said| (said.sql, said.time));
    let bar = Toolbar::new(said, start.elapsed()).render().unwrap_or_default();
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    let page = String::from_utf8_lossy(&body);
    let end = page.rfind("</body>").unwrap_or(page.len());
    let page = [&page[..end], &bar, &page[end..]].concat();
    Response::from_parts(parts, Body::from(page))
}
