//! Cookies: read one, set one. All of ours are host-only and out of reach of scripts.

use std::time::Duration;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, Request, header, request::Parts},
    response::Response,
};
use core_base::{Error, config::Environment};

use crate::AppState;

/// The cookies that a browser sent.
#[derive(Clone, Debug, Default)]
pub struct Cookies(Vec<(String, String)>);

impl Cookies {
    /// Reads all `Cookie` headers.
    pub fn read(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
        Self(pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect())
    }

    /// The value of `name`. Two of the same name mean that somebody planted one: neither counts.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(other, _)| other == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }
}

impl FromRequestParts<AppState> for Cookies {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Error> {
        Ok(Self::read(&parts.headers))
    }
}

/// A cookie to set: `__Host-`, so no other host, subdomain or path can set or see it.
#[derive(Clone, Debug)]
pub struct SetCookie {
    name: &'static str,
    value: String,
    age: Option<Duration>,
}

impl SetCookie {
    /// Lives for `age`; `None`: until the browser closes.
    pub fn new(name: &'static str, value: impl Into<String>, age: Option<Duration>) -> Self {
        Self { name, value: value.into(), age }
    }

    /// Ends the cookie.
    pub fn removal(name: &'static str) -> Self {
        Self::new(name, "", Some(Duration::ZERO))
    }

    /// Adds it to an answer. Lax: a link from a mail arrives signed in, a foreign form does not.
    pub fn put(self, response: &mut Response) {
        let Self { name, value, age } = self;
        let age = age.map(|age| format!("; Max-Age={}", age.as_secs())).unwrap_or_default();
        let text = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{age}");
        let value = HeaderValue::from_str(&text).expect("our cookies are hex digits");
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// What our cookies are called in development over plain HTTP. Browsers take a `Secure` cookie from
/// `http://localhost` as a favour; Safari does not, and nobody could sign in there.
const PLAIN: &str = "dev-";
const HOST: &str = "__Host-";

fn is_plain(state: &AppState) -> bool {
    let config = &state.core.config;
    config.environment == Environment::Development && !config.is_https()
}

/// Gives the cookies of a request the names that they have everywhere else. Those which have them
/// already are of another time, and count for nothing.
pub(crate) fn from_plain<B>(state: &AppState, request: &mut Request<B>) {
    if is_plain(state) {
        rename(request.headers_mut());
    }
}

fn rename(headers: &mut HeaderMap) {
    let read = Cookies::read(headers);
    let kept = read.0.iter().filter(|(name, _)| !name.starts_with(HOST));
    let named = kept.map(|(name, value)| match name.strip_prefix(PLAIN) {
        Some(name) => format!("{HOST}{name}={value}"),
        None => format!("{name}={value}"),
    });
    let line = named.collect::<Vec<_>>().join("; ");
    headers.remove(header::COOKIE);
    if let Ok(line) = HeaderValue::from_str(&line) {
        headers.insert(header::COOKIE, line);
    }
}

/// And the cookies of an answer the names under which every browser keeps them.
pub(crate) fn to_plain(state: &AppState, response: &mut Response) {
    if is_plain(state) {
        for line in lines_of(response.headers_mut()) {
            response.headers_mut().append(header::SET_COOKIE, line);
        }
    }
}

fn lines_of(headers: &mut HeaderMap) -> Vec<HeaderValue> {
    let header::Entry::Occupied(lines) = headers.entry(header::SET_COOKIE) else { return vec![] };
    let plain = |line: HeaderValue| {
        let text = line.to_str().ok()?.strip_prefix(HOST)?.replace("; Secure", "");
        HeaderValue::from_str(&format!("{PLAIN}{text}")).ok()
    };
    let lines: Vec<HeaderValue> = lines.remove_entry_mult().1.collect();
    lines.into_iter().map(|line| plain(line.clone()).unwrap_or(line)).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use axum::http::HeaderMap;

    use super::{Cookies, lines_of, rename};

    #[test]
    fn on_plain_http_cookies_have_names_that_every_browser_keeps() {
        let mut headers = HeaderMap::new();
        let set = "__Host-session=ab; Path=/; Secure; HttpOnly; SameSite=Lax";
        headers.append("set-cookie", set.parse().unwrap());
        headers.append("set-cookie", "theme=dark; Path=/".parse().unwrap());
        let lines = lines_of(&mut headers);
        let lines: Vec<_> = lines.iter().map(|line| line.to_str().unwrap()).collect();
        let plain = "dev-session=ab; Path=/; HttpOnly; SameSite=Lax";
        assert_eq!(lines, [plain, "theme=dark; Path=/"]);

        let mut headers = HeaderMap::new();
        headers.append("cookie", "dev-session=ab; theme=dark".parse().unwrap());
        headers.append("cookie", "__Host-session=old".parse().unwrap());
        rename(&mut headers);
        let cookies = Cookies::read(&headers);
        assert_eq!(
            (cookies.get("__Host-session"), cookies.get("theme")),
            (Some("ab"), Some("dark"))
        );
    }

    #[test]
    fn a_doubled_cookie_counts_as_none() {
        let mut headers = HeaderMap::new();
        headers.append("cookie", "a=1; b=2; theme=dark".parse().unwrap());
        headers.append("cookie", "b=3".parse().unwrap());
        let cookies = Cookies::read(&headers);
        assert_eq!((cookies.get("a"), cookies.get("b"), cookies.get("c")), (Some("1"), None, None));
    }
}
