//! Bringing back what is kept: the page of a form, with the form filled in.

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    http::{HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    response::Response,
};
use core_ui::{Toast, Tone};
use tower::ServiceExt;

use super::{What, Why, get, html};
use crate::{
    AppState, Client, CurrentSession, Host, RequestId,
    error_page::{Context, Drawn},
    see_other_with,
    sent::Sent,
};

/// Marks a form that is only to be drawn again. No request from outside can carry it.
#[derive(Clone)]
pub(crate) struct Refill {
    /// Whose it is.
    pub(crate) person: String,
    /// Why it was not taken when it was sent.
    pub(crate) why: Why,
}

/// Marks an answer that says: not for this person, or not by this handler.
#[derive(Clone, Copy)]
struct NotRefilled {
    is_theirs: bool,
}

/// The form is not drawn again by its handler: it is somebody else's, or the handler reads none.
pub(crate) fn not_refilled(is_theirs: bool) -> Response {
    // With a type, so that it is given no page of an error.
    let mut response = html(StatusCode::NOT_FOUND, "");
    response.extensions_mut().insert(NotRefilled { is_theirs });
    response
}

/// The page of this request with what is kept for it; nothing where it is to be drawn as always.
pub(crate) async fn bring_back(
    state: &AppState,
    router: &Router,
    request: &Parts,
) -> Option<Response> {
    if request.method != Method::GET || request.headers.contains_key("hx-request") {
        return None;
    }
    let kept = get(state, request).await?;
    match kept.what {
        What::Form { person, action, fields, why } => {
            let body = serde_urlencoded::to_string(fields).ok()?;
            let uri = action.parse::<Uri>().ok()?;
            let mut again = copy(request, Method::POST, uri, Body::from(body));
            again.extensions_mut().insert(Refill { person, why });
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            again.headers_mut().insert(header::CONTENT_TYPE, form);
            let context = Context::of(&again);
            let response = call(router, again).await;
            let extensions = response.extensions();
            let is_form = matches!(response.status().as_u16(), 200 | 409 | 422);
            // The page of an error shows what was typed, for whoever may no longer send it.
            let is_error = extensions.get::<Drawn>().is_some();
            let not_refilled = extensions.get::<NotRefilled>().copied();
            if (is_form || is_error) && not_refilled.is_none() {
                return Some(as_page(response));
            }
            let session = extensions.get::<CurrentSession>().and_then(|it| it.0.clone())?;
            if not_refilled.is_some_and(|it| !it.is_theirs) {
                return None;
            }
            // A deed is asked about again by its own page, which names it: nothing is sent blindly.
            let here = request.extensions.get::<Host>()?;
            if state.core.routes.is_page(here.key(), &action) {
                let said = format!("{}, so nothing has been done yet", why.words());
                return see_other_with(&action, &Toast::new(Tone::Warning, said)).ok();
            }
            // A choice made in a list: nothing is there to be drawn again.
            Some(context.unsaved(state, session, (&kept.page, why)).await)
        }
        What::Page { session, status, html: page } => {
            let uri = request.uri.clone();
            let now = call(router, copy(request, Method::GET, uri, Body::empty())).await;
            // The gate has the last word, and so has the end of the session. What the form was about
            // may be gone: then the page that says so is all that is left of what was typed.
            let is_gone = matches!(now.status(), StatusCode::NOT_FOUND | StatusCode::GONE);
            let is_open = now.status().is_success() || now.status().as_u16() == status || is_gone;
            let current = now.extensions().get::<CurrentSession>().and_then(|it| it.0.clone());
            if !is_open || current.map(|session| session.id) != session {
                return Some(now);
            }
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
            let mut response = html(status, page);
            for set in now.headers().get_all(header::SET_COOKIE) {
                response.headers_mut().append(header::SET_COOKIE, set.clone());
            }
            *response.extensions_mut() = now.extensions().clone();
            Some(response)
        }
    }
}

/// Refused once more, as it was meant to be: for the browser it is a page like any.
fn as_page(mut response: Response) -> Response {
    if response.status() == StatusCode::UNPROCESSABLE_ENTITY {
        *response.status_mut() = StatusCode::OK;
    }
    response
}

fn copy(request: &Parts, method: Method, uri: Uri, body: Body) -> Request {
    let mut other = Request::new(body);
    (*other.method_mut(), *other.uri_mut()) = (method, uri);
    *other.headers_mut() = request.headers.clone();
    for name in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONTENT_TYPE] {
        other.headers_mut().remove(name);
    }
    let (from, to) = (&request.extensions, other.extensions_mut());
    if let Some(id) = from.get::<RequestId>() {
        to.insert(*id);
    }
    if let Some(client) = from.get::<Client>() {
        to.insert(*client);
    }
    if let Some(here) = from.get::<Host>() {
        to.insert(here.clone());
    }
    if let Some(peer) = from.get::<ConnectInfo<std::net::SocketAddr>>() {
        to.insert(*peer);
    }
    to.insert(Sent::default());
    other
}

async fn call(router: &Router, request: Request) -> Response {
    router.clone().oneshot(request).await.unwrap_or_else(|never| match never {})
}
