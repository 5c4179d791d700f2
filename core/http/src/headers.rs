//! The security headers that every answer carries, and the content security policy of each site.

use axum::{
    http::{HeaderValue, header},
    response::Response,
};

use crate::{AppState, FormTarget, FramePolicy, Host, WidgetOrigin};

/// Puts them on an answer, errors included.
pub(crate) fn set_headers(state: &AppState, response: &mut Response) {
    let site = response.extensions().get::<Host>().map(Host::key);
    let policy = state.core.sites.policy(site);
    let widget = response.extensions().get::<WidgetOrigin>().cloned();
    let target = response.extensions().get::<FormTarget>().cloned();
    let framing = response.extensions().get::<FramePolicy>().copied();
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
    if let Some(widget) = widget {
        widget.adjust(headers);
    }
    if let Some(target) = target {
        target.adjust(headers);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    if state.core.config.is_https() {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert("strict-transport-security", year);
    }
}

/// The content security policy of a site whose forms may lead there besides to itself.
pub(crate) fn policy(form_action: &str) -> HeaderValue {
    let form_action = format!("'self' {form_action}");
    let form_action = form_action.trim_end();
    let text = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; form-action {form_action}; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&text).expect("hosts are plain names")
}
