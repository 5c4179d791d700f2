//! Pages that show a widget of another site, such as a CAPTCHA: what they may load from there.

use std::sync::Arc;

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

/// The origin of a widget that a page shows: scripts and frames of it are let in on this page alone.
#[derive(Clone, Debug)]
pub struct WidgetOrigin(Arc<str>);

impl WidgetOrigin {
    /// `https://challenges.example`; none: no plain origin, which could say more in a policy.
    pub fn parse(origin: &str) -> Option<Self> {
        let url = url::Url::parse(origin).ok()?;
        let is_plain = url.origin().is_tuple() && url.origin().ascii_serialization() == origin;
        is_plain.then(|| Self(origin.into()))
    }

    /// Sets it for this answer.
    pub fn apply_to(&self, mut response: Response) -> Response {
        response.extensions_mut().insert(self.clone());
        response
    }

    pub(crate) fn adjust(&self, headers: &mut HeaderMap) {
        let usual = headers.get(header::CONTENT_SECURITY_POLICY);
        let usual = usual.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let scripts = format!("script-src 'self' {}", self.0);
        let policy = usual.replace("script-src 'self'", &scripts);
        let policy = HeaderValue::from_str(&format!("{policy}; frame-src {}", self.0));
        headers.insert(header::CONTENT_SECURITY_POLICY, policy.expect("an origin is plain"));
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::WidgetOrigin;

    #[test]
    fn scripts_and_frames_of_one_origin_are_let_in() {
        let widget = WidgetOrigin::parse("https://challenges.example").expect("an origin");
        let mut headers = HeaderMap::new();
        let usual = "default-src 'none'; script-src 'self'; frame-ancestors 'none'";
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(usual));
        widget.adjust(&mut headers);
        assert_eq!(
            headers[header::CONTENT_SECURITY_POLICY],
            "default-src 'none'; script-src 'self' https://challenges.example; frame-ancestors 'none'; \
             frame-src https://challenges.example"
        );
    }

    #[test]
    fn nothing_but_an_origin_is_one() {
        for wrong in ["", "https:", "*", "https://a.example/x", "https://a.example; x", "data:x"] {
            assert!(WidgetOrigin::parse(wrong).is_none(), "{wrong}");
        }
    }
}
