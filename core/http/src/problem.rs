//! Errors for programs: `application/problem+json`, as RFC 9457 describes it.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use core_ui::{ErrorPage, Errors};
use serde::Serialize;

use crate::{BodyKind, RequestId, policy::Incoming};

/// An answer that says what is wrong with a request, for a program. The stack adds the request's id.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    text: String,
    fields: BTreeMap<String, String>,
}

impl Problem {
    /// Of this status; the text says what to do.
    pub fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), fields: BTreeMap::new() }
    }

    /// What is wrong with each field: 422. The error of the whole, if there is one, is its text.
    pub fn invalid(errors: &Errors) -> Self {
        let text = errors.of("").unwrap_or("Some fields are wrong.");
        let fields = errors.iter().filter(|(name, _)| !name.is_empty());
        let fields = fields.map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        Self { fields, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, text) }
    }

    pub(crate) fn drawn(&self, id: RequestId) -> Response {
        body(self.status, status_title(self.status), &self.text, &self.fields, id)
    }
}

impl IntoResponse for Problem {
    /// An empty answer that carries it.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    errors: &'a BTreeMap<String, String>,
    request_id: String,
}

/// The page of an error, for a program.
pub(crate) fn of_page(status: StatusCode, page: &ErrorPage<'_>, id: RequestId) -> Response {
    let mut response = body(status, page.name(), page.explanation(), &BTreeMap::new(), id);
    if status == StatusCode::UNAUTHORIZED {
        let scheme = HeaderValue::from_static("Bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    response
}

fn body(
    status: StatusCode,
    title: &str,
    detail: &str,
    errors: &BTreeMap<String, String>,
    id: RequestId,
) -> Response {
    let request_id = id.to_string();
    let body =
        Body { r#type: "about:blank", title, status: status.as_u16(), detail, errors, request_id };
    let text = serde_json::to_string(&body).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/problem+json")], text).into_response()
}

fn status_title(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Error")
}

/// Whether whoever sent this request reads JSON rather than pages: as it says, or as its route is.
pub(crate) fn is_wanted(request: &Request) -> bool {
    let accept = |kind| accepts(request.headers(), kind);
    if accept("text/html") || accept("application/xhtml+xml") {
        return false;
    }
    let incoming = request.extensions().get::<Incoming>();
    let by_route = |one: &Incoming| one.by_program || one.policy.body == BodyKind::Json;
    accept("application/json")
        || accept("application/problem+json")
        || incoming.is_some_and(by_route)
}

fn accepts(headers: &HeaderMap, kind: &str) -> bool {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut kinds = values.flat_map(|value| value.split(','));
    kinds.any(|one| one.split(';').next().is_some_and(|one| one.trim().eq_ignore_ascii_case(kind)))
}
