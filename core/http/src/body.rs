//! Bodies that are no forms: JSON, bytes as they are, and streams. All are read after the gate.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, HttpBody},
    extract::{FromRequest, Request},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use core_base::{Error, Result};
use http_body::{Frame, SizeHint};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::{Serialize, de::DeserializeOwned};

use crate::{AppState, BodyKind, Problem, policy::Incoming};

/// Whether the body of a request has been read to its end.
#[derive(Clone, Debug)]
pub(crate) struct WasRead(Arc<AtomicBool>);

impl WasRead {
    /// Watches the body of this request.
    pub(crate) fn watch(request: Request) -> (Self, Request) {
        let read = Arc::new(AtomicBool::new(request.body().is_end_stream()));
        let watched = request.map(|body| match read.load(Ordering::Relaxed) {
            true => body,
            false => Body::new(Watched { body, read: read.clone() }),
        });
        (Self(read), watched)
    }

    /// Nothing of it is left.
    pub(crate) fn is_whole(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

struct Watched {
    body: Body,
    read: Arc<AtomicBool>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if matches!(frame, Poll::Ready(None)) || self.body.is_end_stream() {
            self.read.store(true, Ordering::Relaxed);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream that brings nothing for so long has ended.
const SILENCE: Duration = Duration::from_secs(30);

/// JSON: what a request brought, or an answer.
pub struct Json<T>(pub T);

/// The body as it was sent, for what is signed.
pub struct RawBody(pub Bytes);

/// A body that is read piece by piece.
#[derive(Debug)]
pub struct BodyStream(Limited<Body>);

impl<T: DeserializeOwned> FromRequest<AppState> for Json<T> {
    type Rejection = Response;
    async fn from_request(request: Request, _: &AppState) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            let text = "Send JSON, with Content-Type: application/json.";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text).into_response());
        }
        let bytes = read(request, BodyKind::Json).await.map_err(IntoResponse::into_response)?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            // Syntax is 400; JSON that says something else than what is asked for is 422.
            let status = match error.classify() {
                serde_json::error::Category::Data => StatusCode::UNPROCESSABLE_ENTITY,
                _ => StatusCode::BAD_REQUEST,
            };
            Problem::new(status, format!("The JSON can't be used: {error}.")).into_response()
        })
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl FromRequest<AppState> for RawBody {
    type Rejection = Error;
    async fn from_request(request: Request, _: &AppState) -> Result<Self, Error> {
        read(request, BodyKind::Raw).await.map(Self)
    }
}

impl FromRequest<AppState> for BodyStream {
    type Rejection = Error;
    async fn from_request(request: Request, _: &AppState) -> Result<Self, Error> {
        limited(request, BodyKind::Stream).map(Self)
    }
}

impl BodyStream {
    /// The next piece; `None` at the end. An error where it grows too large, stops coming or breaks
    /// off: then nothing of it counts.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        loop {
            let frame = tokio::time::timeout(SILENCE, self.0.frame()).await;
            let Some(frame) = frame.map_err(|_| broken())? else { return Ok(None) };
            if let Ok(bytes) = frame.map_err(|error| why(&error))?.into_data() {
                return Ok(Some(bytes));
            }
        }
    }
}

async fn read(request: Request, kind: BodyKind) -> Result<Bytes> {
    let body = limited(request, kind)?.collect().await;
    body.map(http_body_util::Collected::to_bytes).map_err(|error| why(&error))
}

fn limited(request: Request, kind: BodyKind) -> Result<Limited<Body>> {
    let incoming = request.extensions().get::<Incoming>().copied();
    let incoming = incoming.filter(|incoming| incoming.policy.body == kind);
    let incoming = incoming.ok_or_else(|| {
        anyhow::anyhow!("the handler reads {kind:?}, and the policy of its route says otherwise")
    })?;
    // Said at once where it can be: nobody has to send what is refused at its end.
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > incoming.policy.limit) {
        return Err(Error::TooLarge);
    }
    Ok(Limited::new(request.into_body(), incoming.limit()))
}

fn why(error: &axum::BoxError) -> Error {
    if error.is::<LengthLimitError>() { Error::TooLarge } else { broken() }
}

fn broken() -> Error {
    Error::BadRequest("The request ended before its end.".into())
}
