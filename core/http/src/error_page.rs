//! Errors become pages: the site decides the look, the log gets the cause.

use std::sync::Arc;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use core_base::{Error, clock, config::Environment};
use core_db::{Status, Trouble};
use core_ui::{ErrorPage, ErrorShell, Theme};

use crate::{Here, RequestId, Site};

const AWAY: &str = "Our database did not answer, or not to the end. If you sent something, look whether it is \
                    there before you send it again.";
const SLOW: &str = "The database worked on it for too long and was stopped. Nothing was saved. Ask for less at \
                    once, or try again in a moment.";

/// Marks an error that has a status of its own.
#[derive(Debug)]
struct TooLarge;

impl std::fmt::Display for TooLarge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the body is larger than the limit")
    }
}

impl std::error::Error for TooLarge {}

pub(crate) fn too_large() -> Error {
    Error::Internal(anyhow::Error::new(TooLarge))
}

pub(crate) fn theme(headers: &HeaderMap) -> Option<Theme> {
    let mut lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.find_map(Theme::from_cookies)
}

/// What the page of an error needs to know of its request.
pub(crate) struct Context {
    id: RequestId,
    here: Option<Here>,
    method: Method,
    uri: Uri,
    theme: Option<Theme>,
    is_htmx: bool,
}

impl Context {
    /// Taken before the request is given away.
    pub(crate) fn of(request: &Request) -> Self {
        let extensions = request.extensions();
        Self {
            id: extensions.get().copied().unwrap_or(RequestId(uuid::Uuid::nil())),
            here: extensions.get().cloned(),
            method: request.method().clone(),
            uri: request.uri().clone(),
            theme: theme(request.headers()),
            is_htmx: request.headers().contains_key("hx-request"),
        }
    }

    /// Draws the page of an answer that is an error and has none yet.
    pub(crate) fn finish(&self, site: &Site, response: Response) -> Response {
        if let Some(error) = response.extensions().get::<Arc<Error>>() {
            return self.draw(site, error);
        }
        let status = response.status();
        // The router's own 404 and 405, limits and time: a status without a page.
        if status.as_u16() < 400 || response.headers().contains_key(header::CONTENT_TYPE) {
            return response;
        }
        let mut page = self.page(site, status, ErrorPage::of(status.as_u16()));
        if let Some(retry) = response.headers().get(header::RETRY_AFTER) {
            page.headers_mut().insert(header::RETRY_AFTER, retry.clone());
        }
        page
    }

    fn draw(&self, site: &Site, error: &Error) -> Response {
        let status = self.status(error);
        let page = ErrorPage::of(status.as_u16());
        let page = match error {
            Error::SignInRequired => return self.sign_in(),
            Error::Forbidden => match &self.here {
                Some(Here::Workspace(_)) => {
                    let all = format!("{}/workspaces", site.core.config.account_origin());
                    page.action("Your workspaces", all)
                }
                _ => page,
            },
            Error::Conflict(text) | Error::BadRequest(text) | Error::Unavailable(text) => {
                page.text(text.clone())
            }
            Error::Internal(cause) => {
                let id = self.id;
                let trouble = core_db::trouble(cause);
                if status == StatusCode::INTERNAL_SERVER_ERROR || trouble == Some(Trouble::Full) {
                    tracing::error!(request = %id, "{cause:#}");
                } else {
                    tracing::warn!(request = %id, %status, "{cause:#}");
                }
                match trouble {
                    Some(Trouble::Away) => page.text(AWAY),
                    Some(Trouble::Slow) => page.title("That took too long").text(SLOW),
                    _ => page,
                }
            }
            Error::NotFound => match &self.here {
                None if site.core.config.environment == Environment::Development => {
                    let origin = site.core.config.account_origin();
                    let text = format!("Nothing answers at this host. The site is at {origin}.");
                    page.text(text).only("Go there", origin)
                }
                _ => page,
            },
        };
        let mut response = self.page(site, status, page);
        if matches!(status.as_u16(), 503 | 507) {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }

    /// Some causes have a better status than 500.
    fn status(&self, error: &Error) -> StatusCode {
        let Error::Internal(cause) = error else { return error.status() };
        if cause.is::<TooLarge>() {
            return StatusCode::PAYLOAD_TOO_LARGE;
        }
        match core_db::trouble(cause) {
            Some(Trouble::Full) => StatusCode::INSUFFICIENT_STORAGE,
            Some(_) => StatusCode::SERVICE_UNAVAILABLE,
            None => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn page(&self, site: &Site, status: StatusCode, page: ErrorPage<'_>) -> Response {
        let request_id = self.id.to_string();
        let brand = &site.core.brand;
        let html = ErrorShell { brand, theme: self.theme, page, request_id: &request_id }.render();
        (status, Html(html)).into_response()
    }

    /// To sign in and back. What was typed into a form stays in the browser's history.
    fn sign_in(&self) -> Response {
        let path = self.uri.path_and_query().map_or("/", |path| path.as_str());
        let next = if self.method == Method::GET { path } else { "/" };
        let door = match self.here {
            Some(Here::Workspace(_)) => "/enter",
            _ => "/login",
        };
        let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
        let target = format!("{door}?{query}");
        if self.is_htmx {
            // htmx would swap the sign-in page into a corner of this one.
            // With a type: an answer without one would be given a page, and lose where it leads.
            let mut response = (StatusCode::UNAUTHORIZED, "").into_response();
            if let Ok(value) = HeaderValue::from_str(&target) {
                response.headers_mut().insert("hx-redirect", value);
            }
            return response;
        }
        Redirect::to(&target).into_response()
    }
}

/// A workspace that is shut, or cannot be worked in, says so at its door.
pub(crate) fn shut(site: &Site, request: &Request, here: &Here) -> Option<Response> {
    let Here::Workspace(tenant) = here else { return None };
    if tenant.status == Status::Active && !tenant.quarantined {
        return None;
    }
    let context = Context::of(request);
    Some(match tenant.status {
        Status::Suspended => {
            context.page(site, StatusCode::FORBIDDEN, ErrorPage::suspended(&tenant.name))
        }
        Status::Leaving => {
            let day = core_ui::date(tenant.day(tenant.erase_at.unwrap_or_else(clock::now)));
            let page = ErrorPage::leaving(&tenant.name, &day.to_string());
            let list = format!("{}/workspaces", site.core.config.account_origin());
            context.page(site, StatusCode::FORBIDDEN, page.action("Your workspaces", list))
        }
        Status::Deleted | Status::Deleting => {
            context.page(site, StatusCode::NOT_FOUND, ErrorPage::of(404))
        }
        Status::Active | Status::Provisioning => {
            let text = "This workspace is being worked on. Nothing is lost; try again soon.";
            context.draw(site, &Error::Unavailable(text.into()))
        }
    })
}
