//! The security headers that every answer carries, and the content security policy of each site.

use axum::{
    http::{HeaderValue, header},
    response::Response,
};

use crate::{Framing, Host, Site};

/// Puts them on an answer, errors included.
pub(crate) fn set_headers(site: &Site, response: &mut Response) {
    let account = !matches!(response.extensions().get::<Host>(), Some(Host::Workspace(_)));
    let policy = if account { &site.core.policies.account } else { &site.core.policies.workspace };
    let policy = policy.clone();
    let framing = response.extensions().get::<Framing>().copied();
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set("x-content-type-options", "nosniff");
    set("x-frame-options", "DENY");
    // Not `no-referrer`: under it Chromium sends `Origin: null` with our own forms.
    set("referrer-policy", "same-origin");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    set("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    headers.insert("content-security-policy", policy);
    if let Some(framing) = framing {
        framing.adjust(headers);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    if site.core.config.is_https() {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert("strict-transport-security", year);
    }
}

/// The two content security policies, built once.
pub(crate) struct Policies {
    account: HeaderValue,
    workspace: HeaderValue,
}

impl Policies {
    pub(crate) fn new(config: &core_base::Config) -> Self {
        let port = config.base_url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let everywhere = format!("{}://*.{}{port}", config.base_url.scheme(), config.base_host());
        // Chromium applies form-action to redirects: signing in ends on a workspace's host, and
        // signing out of a workspace on the account site.
        Self { account: policy(&everywhere), workspace: policy(&config.account_origin()) }
    }
}

fn policy(form_action: &str) -> HeaderValue {
    let text = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; form-action 'self' {form_action}; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&text).expect("hosts are plain names")
}
