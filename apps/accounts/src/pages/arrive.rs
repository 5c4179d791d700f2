//! Opening a session in this browser: the one way in, after a password, a sign-up, a second step.

use std::{borrow::Cow, sync::Arc};

use chrono::TimeDelta;
use platform::{
    Later, Result, UserId, announce_in_catalog, clock,
    contracts::LoggedIn,
    people::{MAX_SESSION_AGE, NewSession, Session, Sessions, SiteKey, Token, user_by_id},
    process::Services,
    request::{Client, Cookies, IntoResponse, Response, SESSION_COOKIE, SetCookie},
    see_other,
};

use super::{
    connections,
    devices::{self, NewDevice},
    newcomer, pending,
};
use crate::{
    deletion,
    jobs::TellNewDevice,
    second_factor,
    security_log::{self, Place, What},
    trusted_device,
    user::KnownBrowser,
};

/// So long an account is new, and each browser of its person's too.
const FIRST: TimeDelta = TimeDelta::minutes(30);

/// A browser at the door.
pub(crate) struct Browser {
    /// Whose session it had so far.
    pub(crate) old: Option<Arc<Session>>,
    /// Where it is.
    pub(crate) client: Client,
    /// Its own words.
    pub(crate) user_agent: String,
    /// Who signed in with it before.
    pub(crate) known: KnownBrowser,
    /// Whose second step it stands for.
    pub(crate) trusted: trusted_device::Held,
    /// Whether it is to stand for the second step that is proven now.
    pub(crate) wants_trust: bool,
}

impl Browser {
    pub(super) fn new(
        old: Option<Arc<Session>>,
        client: Client,
        user_agent: String,
        cookies: &Cookies,
    ) -> Self {
        let (known, trusted) = (KnownBrowser::of(cookies), trusted_device::Held::of(cookies));
        Self { old, client, user_agent, known, trusted, wants_trust: false }
    }
}

/// What somebody has proven by now.
pub(crate) enum Proven {
    /// A first step, by this method: whoever has a second one is asked for it.
    First(Cow<'static, str>),
    /// All that is asked of them.
    All(String),
}

/// Opens a session for `user` and goes on to `target`; or asks for the second step, where they have one.
pub(crate) async fn arrive(
    core: &Services,
    browser: Browser,
    user: UserId,
    (proven, target): (Proven, &str),
) -> Result {
    let catalog = core.store.catalog();
    let method = match proven {
        Proven::First(method) if second_factor::is_on(catalog, user).await? => {
            // Who reads mail or is known elsewhere must not come in without any secret of ours.
            let is_trusted = method == "password"
                && trusted_device::stands_for(catalog, &browser.trusted, user).await?;
            if !is_trusted {
                return pending::ask(core, user, &method, target).await;
            }
            format!("{method}+trusted_device")
        }
        Proven::First(method) => method.into_owned(),
        Proven::All(method) => method,
    };
    let target = match deletion::pending(catalog, user).await? {
        // Whoever comes back learns first that it will be gone.
        Some(_) => super::delete::PATH,
        None => target,
    };
    // Somebody else's session in this browser must not live on behind the new one.
    if let Some(old) = browser.old {
        core.sessions.end(old.user, old.id).await?;
    }
    let new = NewSession {
        user,
        parent: None,
        site: SiteKey::ACCOUNT,
        tenant: None,
        born: None,
        method: method.clone(),
        proved_at: Some(clock::now()),
        user_agent: browser.user_agent,
        address: browser.client.address.to_string(),
    };
    let place = Place::from(&new);
    let news = news(core, &browser.known, &new).await?;
    let tx = core.sessions.begin().await?;
    let token = Sessions::open_within(&tx, new).await?;
    if let Some(news) = news {
        news.later(&tx).await?;
    }
    security_log::note(&tx, user, (What::LoggedIn, &method), &place).await?;
    let trusted = match browser.wants_trust && has_second_step(&method) {
        true => Some(trusted_device::trust(&tx, user, &browser.trusted, &place).await?),
        false => None,
    };
    // Whoever has it has not lost it.
    if has_second_step(&method) {
        second_factor::stop_reset(&tx, user, &place).await?;
    }
    announce_in_catalog(&tx, &LoggedIn { user, method, address: place.address }).await?;
    tx.commit().await?;
    let mut response: Response = see_other(target)?.into_response();
    hold(&token, &mut response);
    if let Some(trusted) = trusted {
        trusted_device::hold(trusted, browser.trusted, &mut response);
    }
    browser.known.remember(core, user, &mut response);
    if !target.starts_with(connections::NEW) {
        newcomer::forget(&mut response);
    }
    Ok(response)
}

/// Did they just prove a second step? A device that they trusted before is none.
fn has_second_step(method: &str) -> bool {
    method == "passkey"
        || method.split_once('+').is_some_and(|(_, second)| second != "trusted_device")
}

/// What to tell somebody of a browser that they were never logged in with. Whoever just made their account is told
/// nothing: it is their first.
async fn news(
    core: &Services,
    known: &KnownBrowser,
    new: &NewSession,
) -> Result<Option<TellNewDevice>> {
    if known.knows(core, new.user) {
        return Ok(None);
    }
    let person = user_by_id(core.store.catalog(), new.user).await?;
    let Some(person) = person.filter(|one| clock::now() - one.created_at > FIRST) else {
        return Ok(None);
    };
    let (device, _) = devices::describe(&new.user_agent);
    let (name, email, address) = (person.name, person.email, new.address.clone());
    let about = NewDevice { user: new.user, email: email.clone(), at: clock::now() };
    let token = devices::NOT_ME.seal(core, about)?;
    Ok(Some(TellNewDevice { name, email, device, address, token }))
}

/// Gives the browser the cookie of its session.
pub(super) fn hold(token: &Token, response: &mut Response) {
    SetCookie::new(SESSION_COOKIE, token.expose(), Some(MAX_SESSION_AGE)).put(response);
}

/// Where a person goes after signing in: where they were last, the only workspace, or the list.
pub(crate) async fn landing(core: &Services, user: UserId) -> Result<String> {
    let memberships = core.memberships.of(user).await?;
    let open: Vec<_> = memberships.iter().filter(|one| one.is_open()).collect();
    let last = open.iter().filter(|one| one.used_at.is_some()).max_by_key(|one| one.used_at);
    let ((Some(one), _) | (None, [one])) = (last, open.as_slice()) else {
        return Ok("/workspaces".into());
    };
    Ok(format!("{}/", one.origin))
}
