//! Cookies: read one, set one. All of ours are host-only and out of reach of scripts.

use std::time::Duration;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::Response,
};
use core_base::Error;

use crate::Site;

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

impl FromRequestParts<Site> for Cookies {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, Error> {
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use axum::http::HeaderMap;

    use super::Cookies;

    #[test]
    fn a_doubled_cookie_counts_as_none() {
        let mut headers = HeaderMap::new();
        headers.append("cookie", "a=1; b=2; theme=dark".parse().unwrap());
        headers.append("cookie", "b=3".parse().unwrap());
        let cookies = Cookies::read(&headers);
        assert_eq!((cookies.get("a"), cookies.get("b"), cookies.get("c")), (Some("1"), None, None));
    }
}
