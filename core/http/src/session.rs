//! Finds the session of a request: the cookie of this site, good for this workspace and no other.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request},
    http::{HeaderMap, request::Parts},
};
use core_access::Session;
use core_base::{Error, Result, Token};

use crate::{Cookies, Host, Site};

/// The cookie that holds a session's token, on each host its own.
pub const SESSION_COOKIE: &str = "__Host-session";

/// The session of a request, if there is one.
#[derive(Clone, Debug)]
pub struct CurrentSession(pub Option<Arc<Session>>);

impl FromRequestParts<Site> for CurrentSession {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, Error> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or(Self(None)))
    }
}

/// Leaves the session in the request, for the gates.
pub(crate) async fn look_up(
    site: &Site,
    here: &Host,
    request: &mut Request,
) -> Result<CurrentSession> {
    let session = CurrentSession(find(site, here, request.headers()).await?);
    request.extensions_mut().insert(session.clone());
    Ok(session)
}

async fn find(site: &Site, here: &Host, headers: &HeaderMap) -> Result<Option<Arc<Session>>> {
    let cookies = Cookies::read(headers);
    let Some(token) = cookies.get(SESSION_COOKIE).and_then(Token::parse) else { return Ok(None) };
    let session = site.core.sessions.find(&token).await?;
    let of_here = here.tenant().map(|tenant| tenant.id);
    Ok(session.filter(|session| session.is_for(here.kind().key(), of_here)))
}
