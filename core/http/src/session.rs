//! Finds the session of a request: the cookie of this site, good for this workspace and no other.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request},
    http::{HeaderMap, request::Parts},
};
use core_access::Session;
use core_base::{Error, Result, Token};

use crate::{AppState, Cookies, Host};

/// The cookie that holds a session's token, on each host its own.
pub const SESSION_COOKIE: &str = "__Host-session";

/// The session of a request, if there is one.
#[derive(Clone, Debug)]
pub struct CurrentSession(pub Option<Arc<Session>>);

impl FromRequestParts<AppState> for CurrentSession {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Error> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or(Self(None)))
    }
}

/// Leaves the session in the request, for the gates.
pub(crate) async fn look_up(
    state: &AppState,
    here: &Host,
    request: &mut Request,
) -> Result<CurrentSession> {
    let session = CurrentSession(find(state, here, request.headers()).await?);
    request.extensions_mut().insert(session.clone());
    Ok(session)
}

async fn find(state: &AppState, here: &Host, headers: &HeaderMap) -> Result<Option<Arc<Session>>> {
    let cookies = Cookies::read(headers);
    let Some(token) = cookies.get(SESSION_COOKIE).and_then(Token::parse) else { return Ok(None) };
    let session = state.core.sessions.find(&token).await?;
    let session = session.filter(|session| session.is_for(here.key(), here.tenant_id()));
    // One that lacks what the workspace asks for is none here, at whichever door: the way in says what to do.
    Ok(session.filter(|session| match here.tenant() {
        Some(tenant) => session.lacks(&tenant.sign_in).is_none(),
        None => true,
    }))
}
