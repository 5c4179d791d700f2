//! Frames: the few pages that show another one inside, and what may be shown there.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

/// Which frames an answer allows; without one, none at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FramePolicy {
    /// It shows pages of this host in frames.
    EmbedsSameOrigin,
    /// Pages of this host may show it in a frame. Its content is not trusted, as that of an email: the
    /// sandbox runs no script, sends no form and loads nothing.
    EmbeddableSandboxed,
}

const SANDBOXED: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                     form-action 'none'; base-uri 'none'; frame-ancestors 'self'; \
                     sandbox allow-popups allow-popups-to-escape-sandbox";

impl FramePolicy {
    /// Sets it for this answer.
    pub fn apply_to(self, mut response: Response) -> Response {
        response.extensions_mut().insert(self);
        response
    }

    pub(crate) fn adjust(self, headers: &mut HeaderMap) {
        match self {
            Self::EmbedsSameOrigin => {
                let usual = headers.get(header::CONTENT_SECURITY_POLICY);
                let usual = usual.and_then(|value| value.to_str().ok()).unwrap_or_default();
                let policy = HeaderValue::from_str(&format!("{usual}; frame-src 'self'"));
                let policy = policy.expect("a policy and plain words are a header");
                headers.insert(header::CONTENT_SECURITY_POLICY, policy);
            }
            Self::EmbeddableSandboxed => {
                let policy = HeaderValue::from_static(SANDBOXED);
                headers.insert(header::CONTENT_SECURITY_POLICY, policy);
                let here = HeaderValue::from_static("SAMEORIGIN");
                headers.insert(header::X_FRAME_OPTIONS, here);
            }
        }
    }
}
