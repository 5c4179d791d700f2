//! Frames: the few pages that show another one inside, and what may be shown there.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

/// What a page asks of the headers beyond the usual, which forbid frames altogether.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// It shows a page of this host in a frame.
    Shows,
    /// It is shown in a frame of this host. It may hold whatever it likes, as an email does: it is
    /// a stranger to the site, runs no script, sends no form and loads nothing.
    Shown,
}

const SHOWN: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                     form-action 'none'; base-uri 'none'; frame-ancestors 'self'; \
                     sandbox allow-popups allow-popups-to-escape-sandbox";

impl Framing {
    /// Asks it for this answer.
    pub fn ask(self, mut response: Response) -> Response {
        response.extensions_mut().insert(self);
        response
    }

    pub(crate) fn adjust(self, headers: &mut HeaderMap) {
        match self {
            Self::Shows => {
                let usual = headers.get(header::CONTENT_SECURITY_POLICY);
                let usual = usual.and_then(|value| value.to_str().ok()).unwrap_or_default();
                let policy = HeaderValue::from_str(&format!("{usual}; frame-src 'self'"));
                let policy = policy.expect("a policy and plain words are a header");
                headers.insert(header::CONTENT_SECURITY_POLICY, policy);
            }
            Self::Shown => {
                let policy = HeaderValue::from_static(SHOWN);
                headers.insert(header::CONTENT_SECURITY_POLICY, policy);
                let here = HeaderValue::from_static("SAMEORIGIN");
                headers.insert(header::X_FRAME_OPTIONS, here);
            }
        }
    }
}
