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
use core_base::{SiteKey, config::Environment};
use core_db::record_queries;
use core_ui::Toolbar;

use crate::{AppState, FramePolicy, Host, Route, Services};

/// Marks an answer as one of another site that development plays: nothing of ours is put into it, and the log has
/// it among the details (`RUST_LOG=debug`).
#[derive(Clone, Copy, Debug)]
pub struct ForeignAnswer;

impl ForeignAnswer {
    /// Marks it.
    pub fn mark(self, mut response: Response) -> Response {
        response.extensions_mut().insert(self);
        response
    }
}

/// Another one for each start of the program.
static VERSION: LazyLock<String> = LazyLock::new(|| uuid::Uuid::new_v4().to_string());

/// Which build answers: pages ask it twice a second, so that it must stay out of the log.
pub(crate) fn version(request: &Request) -> Option<Response> {
    (request.uri().path() == "/dev/version").then(|| VERSION.as_str().into_response())
}

/// The pages that are there for developers alone, as the apps bring them: `/dev/…`. What is below one of them is
/// reached from there.
pub(crate) fn pages(routes: &[Route], environment: Environment) -> Vec<(SiteKey, &'static str)> {
    let is_page = |route: &&Route| {
        environment == Environment::Development
            && route.method == "GET"
            && route.path.strip_prefix("/dev/").is_some_and(|name| !name.contains(['{', '.', '/']))
    };
    routes.iter().filter(is_page).map(|route| (route.site, route.path)).collect()
}

/// Their names and addresses, as seen from one host.
pub(crate) fn links(core: &Services, here: Option<&Host>) -> Vec<(String, String)> {
    let here = here.map(Host::key);
    let link = |(site, path): &(SiteKey, &'static str)| {
        let name = path.trim_start_matches("/dev/").replace('-', " ");
        match core.sites.origin(*site) {
            _ if here == Some(*site) => Some((name, (*path).to_owned())),
            origin => origin.map(|origin| (name, format!("{origin}{path}"))),
        }
    };
    core.dev_pages.iter().filter_map(link).collect()
}

/// Puts the bar under the page that the work makes; a part of a page has none of its own.
pub(crate) async fn with_toolbar(
    state: &AppState,
    here: Option<Host>,
    work: impl Future<Output = Response>,
) -> Response {
    let start = Instant::now();
    let (response, said) = record_queries(work).await;
    let kind = response.headers().get(header::CONTENT_TYPE).map(axum::http::HeaderValue::as_bytes);
    let is_page = kind.is_some_and(|kind| kind.starts_with(b"text/html"));
    let extensions = response.extensions();
    // A page with a policy of its own is an email.
    let is_other =
        extensions.get::<FramePolicy>().is_some() || extensions.get::<ForeignAnswer>().is_some();
    if !is_page || is_other {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let page = String::from_utf8_lossy(&body);
    let Some(end) = page.rfind("</body>") else {
        return Response::from_parts(parts, Body::from(body));
    };
    let said = said.into_iter().map(|said| (said.sql, said.time));
    let links = links(&state.core, here.as_ref());
    let bar = Toolbar::new(said, start.elapsed(), links).render().unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    let page = [&page[..end], &bar, &page[end..]].concat();
    Response::from_parts(parts, Body::from(page))
}
