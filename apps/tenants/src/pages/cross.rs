//! Crossing from the account site to a workspace: by a ticket that only one browser can use, once.

use askama::Template;
use platform::{
    Error, Public, Query, Result, SignedIn, Ui, audit, encode_query,
    people::{Lack, MAX_SESSION_AGE, NewSession, Session, Sessions, SiteKey, Token},
    process::Platform,
    request::{
        Client, Cookies, CurrentSession, CurrentTenant, SESSION_COOKIE, SetCookie, UserAgent,
        safe_next,
    },
    see_other, ui,
    workspaces::{issue_ticket, note_use, redeem_ticket, workspaces_of},
};
use serde::Deserialize;

/// Ties the ticket to the browser that asked for it. Long enough to sign in on the way.
const NONCE_COOKIE: &str = "__Host-enter";
const NONCE_LIFE: std::time::Duration = std::time::Duration::from_mins(10);

#[derive(Default, Deserialize)]
pub(crate) struct Enter {
    #[serde(default)]
    next: String,
    /// `yes`: a session has just ended, and the log-in page says so.
    #[serde(default)]
    ended: String,
    /// `yes`: what they want asks them to prove who they are.
    #[serde(default)]
    prove: String,
}

#[derive(Default, Deserialize)]
pub(crate) struct Cross {
    #[serde(default)]
    tenant: String,
    #[serde(default)]
    nonce: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    prove: String,
}

#[derive(Default, Deserialize)]
pub(crate) struct Redeem {
    #[serde(default)]
    ticket: String,
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "tenants/refused.html")]
struct Refused {
    next: String,
}

/// The workspace asks for two steps, and this session was opened in one.
#[derive(Template)]
#[template(path = "tenants/second_step.html")]
struct SecondStep<'a> {
    name: &'a str,
    /// The log-in page, and back here.
    login: String,
    csrf: &'a str,
}

/// At the workspace: remember this browser, and go to the account site for a ticket.
pub(crate) async fn enter(
    _: Public,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    cookies: Cookies,
    Query(Enter { next, ended, prove }): Query<Enter>,
) -> Result {
    // Two tabs opened at once share the nonce: the second must not spoil the first one's ticket.
    let nonce = cookies.get(NONCE_COOKIE).and_then(Token::parse).unwrap_or_else(Token::random);
    let hash = nonce.hash_hex();
    let next = safe_next(&next).unwrap_or("/");
    let origin = core.config.account_origin();
    let mut query = vec![("tenant", tenant.slug.as_str()), ("nonce", &hash), ("next", next)];
    for (name, said) in [("ended", ended), ("prove", prove)] {
        if said == "yes" {
            query.push((name, "yes"));
        }
    }
    let query = encode_query(&query);
    let mut response = see_other(format!("{origin}/cross?{query}"))?;
    SetCookie::new(NONCE_COOKIE, nonce.expose(), Some(NONCE_LIFE)).put(&mut response);
    Ok(response)
}

/// At the account site: whoever is signed in and belongs there gets a ticket.
pub(crate) async fn cross(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    Query(Cross { tenant, nonce, next, prove }): Query<Cross>,
    ui: Ui,
) -> Result {
    let tenant = core.store.directory().by_slug(&tenant).await?.ok_or(Error::NotFound)?;
    let catalog = core.store.catalog();
    // Read anew: a member added a moment ago must not be turned away by an old copy.
    let belongs = workspaces_of(&core.store, session.user).await?;
    if !belongs.iter().any(|one| one.tenant_id == tenant.id) {
        return Err(Error::Forbidden);
    }
    let here = [("tenant", &*tenant.slug), ("nonce", &nonce), ("next", &next)];
    let here = format!("/cross?{}", encode_query(&here));
    let lacks = session.lacks(&tenant.sign_in);
    let must_prove = prove == "yes" && !session.is_proved();
    match lacks.or(must_prove.then_some(Lack::Proof)) {
        Some(Lack::SecondStep) => {
            let login = format!("/login?{}", encode_query(&[("next", &here)]));
            let page = SecondStep { name: &tenant.name, login, csrf: ui.csrf() };
            return ui.draw(Error::Forbidden.status(), "Two-step verification is required", &page);
        }
        Some(Lack::Proof) => {
            return see_other(format!("/account/prove?{}", encode_query(&[("next", &here)])));
        }
        None => {}
    }
    let hash = Token::hash_from_hex(&nonce).ok_or(Error::NotFound)?;
    let ticket = issue_ticket(catalog, session.id, tenant.id, hash).await?;
    let next = safe_next(&next).unwrap_or("/");
    let query = encode_query(&[("ticket", ticket.expose()), ("next", next)]);
    see_other(format!("{}/redeem?{query}", tenant.origin))
}

/// At the workspace again: the ticket becomes a session of this host.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a fact about the request that is written down"
)]
pub(crate) async fn redeem(
    _: Public,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    CurrentSession(session): CurrentSession,
    cookies: Cookies,
    (client, UserAgent(user_agent)): (Client, UserAgent),
    ui: Ui,
    Query(Redeem { ticket, next }): Query<Redeem>,
) -> Result {
    let next = safe_next(&next).unwrap_or("/").to_owned();
    // Whoever is there already needs no ticket, but to have proven who they are.
    if session.as_ref().is_some_and(|session| session.is_proved()) {
        return see_other(next);
    }
    let nonce = cookies.get(NONCE_COOKIE).and_then(Token::parse);
    // One transaction for all: where the power is lost, the way begins anew.
    let tx = core.store.catalog().begin_without_fsync().await?;
    let ticket = match (Token::parse(&ticket), nonce) {
        (Some(ticket), Some(nonce)) => redeem_ticket(&tx, &ticket, tenant.id, &nonce).await?,
        _ => None,
    };
    if ticket.is_none() && session.is_some() {
        tx.commit().await?;
        return see_other(next);
    }
    // A browser that is somebody else's at the account site by now: their session stays theirs.
    let is_theirs = |user| {
        session.as_ref().is_none_or(|session: &std::sync::Arc<Session>| session.user == user)
    };
    let Some(ticket) = ticket.filter(|ticket| is_theirs(ticket.user)) else {
        tx.commit().await?;
        let status = Error::BadRequest(String::new()).status();
        return ui.draw(status, "This link was already used", &Refused { next });
    };
    let new = NewSession {
        user: ticket.user,
        parent: Some(ticket.session),
        site: SiteKey::WORKSPACE,
        tenant: Some(tenant.id),
        born: Some(ticket.born),
        method: ticket.method.clone(),
        proved_at: ticket.proved_at,
        user_agent,
        address: client.address.to_string(),
    };
    let token = Sessions::open_within(&tx, new).await?;
    // It takes the place of the one before it.
    let ended = match &session {
        Some(before) => core.sessions.end_within(&tx, before.user, before.id).await?,
        None => None,
    };
    note_use(&tx, ticket.user, tenant.id).await?;
    tx.commit().await?;
    match ended {
        Some(ended) => core.sessions.publish(ended),
        None => audit::record_login(&core.store, tenant, ticket, client.address).await,
    }
    let mut response = see_other(next)?;
    SetCookie::new(SESSION_COOKIE, token.expose(), Some(MAX_SESSION_AGE)).put(&mut response);
    SetCookie::removal(NONCE_COOKIE).put(&mut response);
    Ok(response)
}
