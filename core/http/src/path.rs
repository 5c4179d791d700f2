//! Parts of the address: a malformed one is simply not found, a malformed query simply empty.

use axum::{extract::FromRequestParts, http::request::Parts};
use core_base::Error;
use serde::de::DeserializeOwned;

use crate::AppState;

/// A path parameter.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for Path<T> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0)).map_err(|_| Error::NotFound)
    }
}

/// The query of the address. What can't be read counts as absent: a mistyped address still leads
/// to the page.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + Default + Send> FromRequestParts<AppState> for Query<T> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Error> {
        // PostgreSQL keeps no NUL in a text, and refuses to look for one: it is a letter that nobody has.
        let query = parts.uri.query().unwrap_or_default().replace("%00", "%EF%BF%BD");
        Ok(Self(serde_html_form::from_str(&query).unwrap_or_default()))
    }
}

/// `name=value&…`, for addresses that we make.
pub fn encode_query(pairs: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(pairs).expect("pairs of strings can always be encoded")
}

/// Where to go after signing in: a path on this host, and nothing that could lead off it.
pub fn safe_next(next: &str) -> Option<&str> {
    let good = next.starts_with('/')
        && !next.starts_with("//")
        && next.len() <= 2000
        && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    good.then_some(next)
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn only_a_path_on_this_host_is_next() {
        for good in ["/", "/projects?q=a&page=2", "/cross?tenant=acme#x"] {
            assert_eq!(safe_next(good), Some(good));
        }
        for bad in [
            "",
            "projects",
            "//evil.test",
            "/\\evil.test",
            "\\\\evil.test",
            "https://evil.test",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x",
            "/a b",
            "/\tevil",
            "/ä",
            "\t//evil.test",
        ] {
            assert_eq!(safe_next(bad), None, "{bad:?}");
        }
    }
}
