//! A form that could not be taken comes back filled in.
//!
//! Two cases, one mechanism. Where the session has ended, or what was sent is grave and its person has to prove who
//! they are, the form is kept until they have, and then its own handler draws it as a refused form; what no handler can draw again is
//! asked about by a page of its own. Where a handler answers a form with a page, because it was refused
//! or there is something to ask, that page is kept and the browser is sent to it, so that no page of a
//! POST stays in its history.
//!
//! What is kept is sealed with a key that only the browser's cookie has, and shown to the same person
//! alone: the catalogue holds nothing that anybody else could read.

mod back;

use std::io::{Read, Write};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use chrono::TimeDelta;
use core_access::{RateLimit, keep_form, kept_form};
use core_base::{EncryptionKey, SessionId, Token};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{AppState, Client, Cookies, CurrentSession, SetCookie, error_page::Drawn, sent::Sent};

pub(crate) use back::{Refill, bring_back, not_refilled};

/// Has the key to what is kept for this browser on this host.
const COOKIE: &str = "__Host-kept";
/// Marks the address of a page that something is kept for.
const MARK: &str = "kept";
/// A form waits for its person until tomorrow; a refused one as long as somebody mends it.
const FORM: TimeDelta = TimeDelta::days(1);
const PAGE: TimeDelta = TimeDelta::hours(1);
/// Compressed. What is larger stays in the browser's history alone.
const LARGEST: usize = 256 << 10;
/// From one network; each takes place until its time is over.
const LIMIT: RateLimit = RateLimit::new("kept_forms", 120, 3600);

/// What is kept.
#[derive(Serialize, Deserialize)]
struct SavedForm {
    /// The host that it belongs to, and the page there: path and query.
    host: String,
    page: String,
    what: What,
}

/// Why a form was kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Why {
    /// The session had ended.
    #[default]
    Ended,
    /// Its person had to prove once more who they are.
    Proof,
}

impl Why {
    /// What its person reads, before "this was saved".
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Ended => "You were logged out",
            Self::Proof => "You had to confirm it's you",
        }
    }
}

#[derive(Serialize, Deserialize)]
enum What {
    /// A form that was not taken: of this person, sent there, with these fields.
    Form {
        person: String,
        action: String,
        fields: Vec<(String, String)>,
        #[serde(default)]
        why: Why,
    },
    /// The page that answers one, for this session.
    Page { session: Option<SessionId>, status: u16, html: String },
}

/// Keeps a form until its person has logged in again: the address of its page, and the cookie to set.
/// Nothing where it can't be kept.
pub(crate) async fn keep(
    state: &AppState,
    (headers, client): (&HeaderMap, Option<Client>),
    sent: &Sent,
    why: Why,
) -> Option<(String, SetCookie)> {
    let form = sent.form().filter(|form| form.is_ours())?;
    let what = What::Form {
        person: form.person().to_owned(),
        action: form.action.clone(),
        fields: form.fields.clone(),
        why,
    };
    let page = form.page.clone().unwrap_or_else(|| "/".to_owned());
    put(state, headers, client, SavedForm { host: host(headers)?, page, what }, FORM).await
}

/// What [`leave`] has to know of a request before it is given away.
pub(crate) struct Asked {
    headers: HeaderMap,
    client: Option<Client>,
}

impl Asked {
    /// Of a form that a browser sent as it goes from page to page; anything else is answered as it is.
    pub(crate) fn of(request: &Request) -> Option<Self> {
        let says =
            |name: &str, value: &str| request.headers().get(name).is_some_and(|it| it == value);
        let goes = says("sec-fetch-mode", "navigate") && says("sec-fetch-dest", "document");
        let is_new = request.extensions().get::<Refill>().is_none();
        (*request.method() == Method::POST && goes && is_new).then(|| Self {
            headers: request.headers().clone(),
            client: request.extensions().get().copied(),
        })
    }
}

/// Sends the browser to the page that answers its form instead of answering with it.
pub(crate) async fn leave(
    state: &AppState,
    asked: Asked,
    sent: &Sent,
    response: Response,
) -> Response {
    let (status, extensions) = (response.status(), response.extensions());
    let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_page = kind.is_some_and(|kind| kind.starts_with(b"text/html"));
    let form = sent.form().filter(|form| form.is_own && form.page.is_some());
    let (Some(form), Some(host)) = (form, host(&asked.headers)) else { return response };
    let is_answer = status.is_client_error() || status == StatusCode::OK;
    if !is_answer || !is_page || extensions.get::<Drawn>().is_some() {
        return response;
    }
    let session = extensions.get::<CurrentSession>().and_then(|session| session.0.clone());
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let what = What::Page {
        session: session.map(|session| session.id),
        status: status.as_u16(),
        html: String::from_utf8_lossy(&bytes).into_owned(),
    };
    let kept = SavedForm { host, page: form.page.clone().unwrap_or_default(), what };
    let put = put(state, &asked.headers, asked.client, kept, PAGE).await;
    let target = put.and_then(|(page, cookie)| Some((HeaderValue::from_str(&page).ok()?, cookie)));
    let Some((target, cookie)) = target else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, target);
    for set in parts.headers.get_all(header::SET_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, set.clone());
    }
    *response.extensions_mut() = parts.extensions;
    cookie.put(&mut response);
    response
}

async fn put(
    state: &AppState,
    headers: &HeaderMap,
    client: Option<Client>,
    kept: SavedForm,
    valid: TimeDelta,
) -> Option<(String, SetCookie)> {
    let core = &state.core;
    let token = token(headers).unwrap_or_else(Token::random);
    let id = Uuid::new_v4();
    let sealed = EncryptionKey::of(&token, COOKIE).encrypt(id.as_bytes(), &squeeze(&kept)?);
    if sealed.len() > LARGEST {
        return None;
    }
    let kept_there = async {
        let network = client.map(|client| client.network().to_string()).unwrap_or_default();
        if core.limiter.allow(LIMIT, &network).await?.is_err() {
            return Ok(false);
        }
        keep_form(core.store.catalog(), id, sealed, valid).await.map(|()| true)
    };
    match kept_there.await {
        Ok(true) => {}
        Ok(false) => return None,
        Err(error) => {
            tracing::warn!("a form could not be kept: {:#}", error.into_anyhow());
            return None;
        }
    }
    let sign = if kept.page.contains('?') { '&' } else { '?' };
    let page = format!("{}{sign}{MARK}={}", kept.page, id.simple());
    let life = FORM.to_std().unwrap_or_default();
    Some((page, SetCookie::new(COOKIE, token.expose(), Some(life))))
}

/// What is kept for this page and this browser.
async fn get(state: &AppState, request: &Parts) -> Option<SavedForm> {
    let id = mark(request.uri.query()?)?;
    let token = token(&request.headers)?;
    let sealed = match kept_form(state.core.store.catalog(), id).await {
        Ok(sealed) => sealed?,
        Err(error) => {
            tracing::warn!("a kept form could not be read: {:#}", error.into_anyhow());
            return None;
        }
    };
    let plain = EncryptionKey::of(&token, COOKIE).decrypt(id.as_bytes(), &sealed)?;
    let kept: SavedForm = unsqueeze(&plain)?;
    let is_here = kept.page == without_mark(&crate::sent::path_of(&request.uri));
    (is_here && Some(&kept.host) == host(&request.headers).as_ref()).then_some(kept)
}

fn token(headers: &HeaderMap) -> Option<Token> {
    Cookies::read(headers).get(COOKIE).and_then(Token::parse)
}

fn host(headers: &HeaderMap) -> Option<String> {
    headers.get(header::HOST)?.to_str().ok().map(str::to_owned)
}

fn mark(query: &str) -> Option<Uuid> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(name, _)| *name == MARK).find_map(|(_, id)| Uuid::try_parse(id).ok())
}

/// Whether the query, or a `next` inside it, carries the id of a saved form or page.
pub fn has_saved_form(query: &str) -> bool {
    // Asked of every request with a query: few hold the word at all.
    if !query.contains(MARK) {
        return false;
    }
    let decoded = percent_encoding::percent_decode_str(query).decode_utf8_lossy();
    let again = percent_encoding::percent_decode_str(&decoded).decode_utf8_lossy();
    again.split(['?', '&']).any(|pair| pair.starts_with("kept="))
}

/// Path and query without the mark.
pub(crate) fn without_mark(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
    let is_mark = |pair: &&str| pair.split('=').next() == Some(MARK);
    let rest: Vec<_> = query.split('&').filter(|pair| !is_mark(pair)).collect();
    if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) }
}

fn squeeze(kept: &SavedForm) -> Option<Vec<u8>> {
    let mut gzip = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    gzip.write_all(&serde_json::to_vec(kept).ok()?).ok()?;
    gzip.finish().ok()
}

fn unsqueeze(bytes: &[u8]) -> Option<SavedForm> {
    let mut json = vec![];
    // Nobody but us can have sealed it, so it grows to no more than what was sent once.
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut json).ok()?;
    serde_json::from_slice(&json).ok()
}

fn html(status: StatusCode, html: impl Into<Bytes>) -> Response {
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    (status, [(header::CONTENT_TYPE, kind)], Body::from(html.into())).into_response()
}

#[cfg(test)]
mod tests {
    use super::{has_saved_form, mark, without_mark};

    #[test]
    fn an_address_has_saved_form_once_and_the_rest_of_it_stays() {
        let id = "0193a1b2c3d44e5f8a6b7c8d9e0f1a2b";
        assert_eq!(without_mark(&format!("/a?kept={id}")), "/a");
        assert_eq!(without_mark(&format!("/a?q=1&kept={id}&page=2")), "/a?q=1&page=2");
        assert_eq!(without_mark("/a?keptness=1"), "/a?keptness=1");
        assert!(mark(&format!("q=1&kept={id}")).is_some() && mark("kept=x").is_none());
        assert!(
            has_saved_form(&format!("next=%2Fa%3Fkept%3D{id}")) && !has_saved_form("next=%2Fkept")
        );
    }
}
