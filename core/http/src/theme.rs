//! Light or dark: as the person chose, else as their browser remembers.

use std::time::Duration;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Uri, header, request::Parts},
    response::Response,
};
use core_access::Session;
use core_base::Error;
use core_ui::Theme;

use crate::{AppState, SetCookie, safe_next};

const YEAR: Duration = Duration::from_hours(365 * 24);

/// The theme that the browser remembers.
pub(crate) fn remembered(headers: &HeaderMap) -> Option<Theme> {
    let mut lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.find_map(Theme::from_cookies)
}

/// The theme of a page, and whether the browser has to be told of it: pages before signing in, and
/// those of errors, know the browser alone.
pub(crate) fn of(session: Option<&Session>, headers: &HeaderMap) -> (Option<Theme>, bool) {
    let here = remembered(headers);
    match session {
        Some(session) => {
            let theme = Theme::of(&session.theme).unwrap_or_default();
            (Some(theme), here.unwrap_or_default() != theme)
        }
        None => (here, false),
    }
}

/// Has the browser remember a theme on this host.
pub fn keep_theme(response: &mut Response, theme: Theme) {
    SetCookie::new("theme", theme.name(), Some(YEAR)).put(response);
}

/// The page on which a form was sent, or home: always a path on this host.
pub struct Back(pub String);

impl FromRequestParts<AppState> for Back {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Error> {
        let from = parts.headers.get(header::REFERER).and_then(|value| value.to_str().ok());
        let from = from.and_then(|text| text.parse::<Uri>().ok());
        let path = from.as_ref().and_then(|uri| uri.path_and_query());
        let path = path.and_then(|path| safe_next(path.as_str()));
        Ok(Self(path.unwrap_or("/").to_owned()))
    }
}
