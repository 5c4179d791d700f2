//! The house's one error: what a request can end in besides a page.

use std::sync::Arc;

use axum_core::response::{IntoResponse, Response};
use http::StatusCode;

/// Why there is no page. What a person can fix is not an error but an answer on the form.
#[derive(Debug)]
pub enum Error {
    /// No such thing, or it belongs to another tenant: the two look alike on purpose. 404.
    NotFound,
    /// Known person, not allowed. 403.
    Forbidden,
    /// Nobody is signed in here; people are sent to sign in and come back.
    SignInRequired,
    /// What is asked for is grave, and it is a while since its person proved who they are; people are sent to do so
    /// and come back, with what they typed. 401.
    ProofRequired,
    /// Somebody was quicker; the text says what to do. 409.
    Conflict(String),
    /// The request cannot be understood; the text says what to do. 400.
    BadRequest(String),
    /// What was sent is larger than its route takes. 413.
    TooLarge,
    /// A form of a page that no longer fits the session that sent it; the person can send it again. 400.
    OutOfDate,
    /// Asked for more than is allowed; the text says when to come back. 429.
    TooManyRequests(String),
    /// Not possible right now, but soon; the text says what to do. 503.
    Unavailable(String),
    /// Everything unexpected. People see a calm page and a request id, the log gets the cause. 500.
    Internal(anyhow::Error),
}

/// The result of a handler, and with another `T` of everything else.
pub type Result<T = Response, E = Error> = std::result::Result<T, E>;

/// What became of something that can be refused: done, refused for a reason that the person who tried can
/// be told, or (the outer error) not possible to find out.
pub type Verdict<T, R> = Result<std::result::Result<T, R>>;

impl Error {
    /// The status a browser gets. `SignInRequired` and `ProofRequired` are redirects that the site fills in.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::SignInRequired | Self::ProofRequired => StatusCode::UNAUTHORIZED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::BadRequest(_) | Self::OutOfDate => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManyRequests(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// For commands and start-up, where errors are printed and not drawn.
    pub fn into_anyhow(self) -> anyhow::Error {
        match self {
            Self::Internal(error) => error,
            Self::NotFound => anyhow::anyhow!("not found"),
            Self::Forbidden => anyhow::anyhow!("not allowed"),
            Self::SignInRequired => anyhow::anyhow!("not signed in"),
            Self::ProofRequired => anyhow::anyhow!("who they are was not proven lately"),
            Self::TooLarge => anyhow::anyhow!("too large"),
            Self::OutOfDate => anyhow::anyhow!("the form's page is out of date"),
            Self::Conflict(text)
            | Self::BadRequest(text)
            | Self::TooManyRequests(text)
            | Self::Unavailable(text) => anyhow::anyhow!(text),
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Error {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}

impl IntoResponse for Error {
    /// An empty answer that carries the error: the stack draws the page and writes the log.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}
