//! A request's id and its line in the log.

use std::time::Instant;

use axum::{
    extract::Request,
    http::{HeaderValue, Method, Uri},
    response::Response,
};

use crate::{ForeignAnswer, Host, Queries, RequestId, Requests};

/// A request under way.
pub(crate) struct Trace {
    id: RequestId,
    start: Instant,
    method: Method,
    uri: Uri,
}

impl Trace {
    /// Gives the request its id.
    pub(crate) fn begin(request: &mut Request) -> Self {
        let id = RequestId(uuid::Uuid::now_v7());
        request.extensions_mut().insert(id);
        let (method, uri) = (request.method().clone(), request.uri().clone());
        Self { id, start: Instant::now(), method, uri }
    }

    /// Writes the line. Neither query strings nor bodies: they hold tickets, tokens and what
    /// people typed.
    pub(crate) fn end(self, response: &mut Response, requests: Option<&Requests>) {
        let extensions = response.extensions();
        let queries = extensions.get::<Queries>().map_or(0, |count| count.0);
        let tenant = extensions.get::<Host>().and_then(Host::tenant).map(|tenant| tenant.id);
        let us = self.start.elapsed().as_micros() as u64;
        macro_rules! line {
            ($level:ident) => {
                tracing::$level!(
                    request = %self.id,
                    method = %self.method,
                    path = self.uri.path(),
                    status = response.status().as_u16(),
                    tenant = tenant.map(tracing::field::display),
                    queries,
                    us,
                )
            };
        }
        // What development plays of others is asked all the time, and is no request of ours.
        match extensions.get::<ForeignAnswer>() {
            None => line!(info),
            Some(_) => line!(debug),
        }
        if let Some(requests) = requests {
            requests.count(&self.method, self.uri.path(), response, us);
        }
        let value = HeaderValue::from_str(&self.id.to_string()).expect("hex digits");
        response.headers_mut().insert("x-request-id", value);
    }
}
