//! Static files: under one hash of all of them, precompressed, kept by browsers for a year.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, Method, Response, StatusCode, header},
    response::IntoResponse,
};

/// The answer to a request for a file; `None`: it is not one.
pub(crate) fn answer(request: &Request) -> Option<Response<Body>> {
    let path = request.uri().path().strip_prefix("/assets/")?;
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Some(StatusCode::METHOD_NOT_ALLOWED.into_response());
    }
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let encodings = header(header::ACCEPT_ENCODING).unwrap_or_default();
    let Some(asset) = core_ui::asset(path, encodings) else {
        return Some(StatusCode::NOT_FOUND.into_response());
    };
    let unchanged = header(header::IF_NONE_MATCH).is_some_and(|tag| tag == asset.etag);
    let body = if unchanged { Body::empty() } else { Body::from(asset.bytes) };
    let mut response = Response::new(body);
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(asset.cache_control));
    headers.insert(header::ETAG, HeaderValue::from_static(asset.etag));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = asset.encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(response)
}
