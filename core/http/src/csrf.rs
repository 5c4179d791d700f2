//! Forged requests: whatever changes something must come from a page of this very origin, and carry
//! the token that only such a page could know.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
    response::Response,
};
use core_base::{Error, Result, Secret, Token, UserId};
use hmac::{Hmac, KeyInit, Mac};
use rand::Rng;
use subtle::ConstantTimeEq;

use crate::{AppState, Cookies, SESSION_COOKIE, SetCookie, sent::SentForm};

/// The form field; scripts send the header instead.
pub(crate) const FIELD: &str = "_csrf";
pub(crate) const HEADER: &str = "x-csrf-token";
/// Ties the forms of somebody who isn't signed in to their browser.
const VISITOR_COOKIE: &str = "__Host-visitor";
const LENGTH: usize = 16;
/// Hex digits of a token, and of the tag behind it that says whose page it stands on.
const TOKEN: usize = 4 * LENGTH;
const TAG: usize = 16;

/// Makes and checks the tokens of one browser.
#[derive(Clone)]
pub(crate) struct Csrf {
    mac: [u8; LENGTH],
    fresh: Option<Arc<Fresh>>,
    /// Stands behind the token in forms of somebody who is signed in.
    person: String,
}

/// What ties forms to a browser that has no cookie of ours yet.
struct Fresh {
    token: Token,
    /// Only a browser that got a form needs the cookie.
    used: AtomicBool,
}

impl Csrf {
    /// Of the browser that sent this request.
    pub(crate) fn of(state: &AppState, headers: &HeaderMap) -> Self {
        let cookies = Cookies::read(headers);
        let good = |name| cookies.get(name).and_then(Token::parse);
        let key = &state.core.csrf_key;
        if let Some(token) = good(SESSION_COOKIE).or_else(|| good(VISITOR_COOKIE)) {
            return Self::new(key, token.expose());
        }
        let token = Token::random();
        let known = Self::new(key, token.expose());
        Self { fresh: Some(Arc::new(Fresh { token, used: AtomicBool::new(false) })), ..known }
    }

    fn new(key: &Secret, browser: &str) -> Self {
        let mut hmac = Hmac::<sha2::Sha256>::new_from_slice(key.expose().as_bytes())
            .expect("HMAC takes keys of any length");
        hmac.update(browser.as_bytes());
        let mut mac = [0; LENGTH];
        mac.copy_from_slice(&hmac.finalize().into_bytes()[..LENGTH]);
        Self { mac, fresh: None, person: String::new() }
    }

    /// These tokens for a signed-in person: their forms say whose they are.
    pub(crate) fn of_person(mut self, state: &AppState, user: Option<UserId>) -> Self {
        self.person = user.map(|user| Self::tag_of(state, user)).unwrap_or_default();
        self
    }

    /// What the forms of this person carry behind their token.
    pub(crate) fn tag_of(state: &AppState, user: UserId) -> String {
        person_tag(&state.core.csrf_key, user)
    }

    /// Lets a form through that may change something.
    pub(crate) fn check(&self, origin: &str, headers: &HeaderMap, sent: &SentForm) -> Result<()> {
        if !is_same_origin(headers, origin) {
            return Err(Error::BadRequest(FORGED.into()));
        }
        if sent.tokens.iter().any(|token| self.is_good(token)) {
            return Ok(());
        }
        // Sent by a page of ours that no longer fits: the person can send it again themselves.
        Err(if sent.is_own { Error::OutOfDate } else { Error::BadRequest(FORGED.into()) })
    }

    /// Whether a form was drawn for this browser before somebody logged in here: its old cookie is
    /// still there.
    pub(crate) fn is_of_visitor(state: &AppState, headers: &HeaderMap, sent: &SentForm) -> bool {
        let cookies = Cookies::read(headers);
        let visitor = cookies.get(VISITOR_COOKIE).and_then(Token::parse);
        let csrf = visitor.map(|visitor| Self::new(&state.core.csrf_key, visitor.expose()));
        csrf.is_some_and(|csrf| sent.tokens.iter().any(|token| csrf.is_good(token)))
    }

    /// Lets a script of ours through, which says the token in a header: for bodies that are no forms.
    pub(crate) fn check_header(&self, origin: &str, headers: &HeaderMap) -> Result<()> {
        let token = headers.get(HEADER).and_then(|token| token.to_str().ok());
        match is_same_origin(headers, origin) && token.is_some_and(|token| self.is_good(token)) {
            true => Ok(()),
            false => Err(Error::BadRequest(FORGED.into())),
        }
    }

    /// Gives a browser without a cookie the one that its form is tied to.
    pub(crate) fn tie_to_browser(&self, response: &mut Response) {
        if let Some(fresh) = &self.fresh
            && fresh.used.load(Ordering::Relaxed)
        {
            SetCookie::new(VISITOR_COOKIE, fresh.token.expose(), None).put(response);
        }
    }

    /// The token, masked anew each time: compressed pages must not hold the same secret twice.
    pub(crate) fn token(&self) -> String {
        if let Some(fresh) = &self.fresh {
            fresh.used.store(true, Ordering::Relaxed);
        }
        let mut bytes = [0_u8; 2 * LENGTH];
        rand::rng().fill_bytes(&mut bytes[..LENGTH]);
        for at in 0..LENGTH {
            bytes[LENGTH + at] = bytes[at] ^ self.mac[at];
        }
        hex::encode(bytes) + &self.person
    }

    fn is_good(&self, token: &str) -> bool {
        let mut bytes = [0_u8; 2 * LENGTH];
        let token = token.strip_suffix(person_of(token)).unwrap_or(token);
        if hex::decode_to_slice(token, &mut bytes).is_err() {
            return false;
        }
        let (mask, masked) = bytes.split_at(LENGTH);
        let mac: Vec<u8> = mask.iter().zip(masked).map(|(a, b)| a ^ b).collect();
        mac.ct_eq(&self.mac).into()
    }
}

impl FromRequestParts<AppState> for Csrf {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Error> {
        let csrf = parts.extensions.get::<Self>().cloned();
        csrf.ok_or_else(|| Error::Internal(crate::host::anyhow_missing("Csrf")))
    }
}

const FORGED: &str = "This form wasn't sent from our site, so nothing was saved. Go back, reload the \
                      page and try again.";

/// The tag behind a token: empty where nobody was signed in.
pub(crate) fn person_of(token: &str) -> &str {
    if token.len() == TOKEN + TAG { token.get(TOKEN..).unwrap_or("") } else { "" }
}

/// Tells two people apart, and no more.
pub(crate) fn person_tag(key: &Secret, user: UserId) -> String {
    let mut hmac = Hmac::<sha2::Sha256>::new_from_slice(key.expose().as_bytes())
        .expect("HMAC takes keys of any length");
    hmac.update(b"person:");
    hmac.update(user.0.as_bytes());
    hex::encode(&hmac.finalize().into_bytes()[..TAG / 2])
}

/// Browsers say where a request comes from, sibling subdomains included; what says nothing is no
/// browser, and then the token alone decides.
fn is_same_origin(headers: &HeaderMap, own: &str) -> bool {
    let origin = headers.get(header::ORIGIN).is_none_or(|origin| origin == own);
    let site =
        headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
    origin && site
}

/// Whether the browser itself says that a request comes from this origin; one that says nothing is not
/// sure.
pub(crate) fn is_surely_same_origin(headers: &HeaderMap, own: &str) -> bool {
    let origin = headers.get(header::ORIGIN).is_some_and(|origin| origin == own);
    let site = headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin");
    (origin || site) && is_same_origin(headers, own)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use axum::http::HeaderMap;
    use core_base::{Secret, UserId};

    use super::{Csrf, is_same_origin, person_of, person_tag};

    #[test]
    fn a_token_is_good_for_its_browser_only_and_never_the_same_twice() {
        let key = Secret::new("k");
        let (ana, bo) = (Csrf::new(&key, "ana"), Csrf::new(&key, "bo"));
        let token = ana.token();
        assert!(ana.is_good(&token) && !bo.is_good(&token));
        assert_ne!(token, ana.token());
        for bad in ["", "00", &"0".repeat(64), &token[..62], &format!("{token}00")] {
            assert!(!ana.is_good(bad), "{bad}");
        }
        let (one, other) = (person_tag(&key, UserId::new()), person_tag(&key, UserId::new()));
        let tagged = format!("{token}{one}");
        assert!(ana.is_good(&tagged) && !bo.is_good(&tagged) && one != other);
        assert_eq!((person_of(&tagged), person_of(&token)), (&*one, ""));
    }

    #[test]
    fn another_origin_is_refused_a_sibling_too() {
        let check = |origin: Option<&str>, site: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(origin) = origin {
                headers.insert("origin", origin.parse().unwrap());
            }
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            is_same_origin(&headers, "https://acme.app.test")
        };
        assert!(check(Some("https://acme.app.test"), Some("same-origin")));
        assert!(check(None, None));
        for bad in
            ["https://evil.app.test", "http://acme.app.test", "https://acme.app.test:8443", "null"]
        {
            assert!(!check(Some(bad), None), "{bad}");
        }
        assert!(!check(None, Some("same-site")) && !check(None, Some("cross-site")));
    }
}
