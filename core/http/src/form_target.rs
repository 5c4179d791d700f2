//! Apps whose forms lead to another site, such as one to pay on: where they may lead.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, header};

/// The origins that the forms of an app's pages may lead to, besides those of their site. Also from a page that the
/// platform draws in place of theirs: one that says what went wrong and offers to send the form again.
#[derive(Clone, Debug, Default)]
pub struct FormTarget(Arc<str>);

impl FormTarget {
    /// `https://pay.example https://portal.example`; none: something in it is no plain origin, and could say more in
    /// a policy.
    pub fn parse(origins: &str) -> Option<Self> {
        let is_plain = |origin: &str| {
            url::Url::parse(origin).is_ok_and(|url| {
                url.origin().is_tuple() && url.origin().ascii_serialization() == origin
            })
        };
        let all: Vec<_> = origins.split([' ', ',']).filter(|one| !one.is_empty()).collect();
        all.iter().all(|one| is_plain(one)).then(|| Self(all.join(" ").into()))
    }

    /// The origin of an address; empty: it has none.
    pub fn origin_of(address: &str) -> String {
        let url = url::Url::parse(address).ok().filter(|url| url.origin().is_tuple());
        url.map(|url| url.origin().ascii_serialization()).unwrap_or_default()
    }

    /// They lead nowhere else.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn adjust(&self, headers: &mut HeaderMap) {
        let usual = headers.get(header::CONTENT_SECURITY_POLICY);
        let usual = usual.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let policy = usual.replace("form-action 'self'", &format!("form-action 'self' {}", self.0));
        let policy = HeaderValue::from_str(&policy).expect("an origin is plain");
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::FormTarget;

    #[test]
    fn forms_of_one_page_may_lead_there() {
        let target = FormTarget::parse("https://pay.example, https://portal.example").unwrap();
        let mut headers = HeaderMap::new();
        let usual = "default-src 'none'; form-action 'self' https://a.example; base-uri 'none'";
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(usual));
        target.adjust(&mut headers);
        assert_eq!(
            headers[header::CONTENT_SECURITY_POLICY],
            "default-src 'none'; form-action 'self' https://pay.example https://portal.example \
             https://a.example; base-uri 'none'"
        );
        assert_eq!(FormTarget::origin_of("http://127.0.0.1:3000/dev/x"), "http://127.0.0.1:3000");
    }

    #[test]
    fn nothing_but_origins_are_some() {
        for wrong in ["*", "https:", "https://a.example/x", "https://a.example; x", "data:x"] {
            assert!(FormTarget::parse(wrong).is_none(), "{wrong}");
        }
    }
}
