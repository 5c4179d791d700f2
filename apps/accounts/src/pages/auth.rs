//! To another site and back: `/auth/{provider}/start` and `/auth/{provider}/callback`.

use std::{borrow::Cow, time::Duration};

use askama::Template;
use chrono::TimeDelta;
use platform::{
    Error, Extension, Path, Public, Query, Result, Ui,
    limits::RateLimit,
    oauth::{Answer, Flow, Identity, Provider, Refusal},
    people::{Session, SessionId, use_once},
    process::{Platform, Services},
    request::{Client, Cookies, CurrentSession, Response, UserAgent, safe_next},
    see_other, see_other_with,
    ui::{self, Toast},
};
use serde::{Deserialize, Serialize};

use super::{
    arrive::{Browser, Proven, arrive, landing},
    connections,
    newcomer::{self, Newcomer},
    prove,
};
use crate::{connection, providers::Providers, sealed::Sealed};

const LIFE: Duration = Duration::from_mins(10);
const COOKIE: Sealed = Sealed { name: "__Host-auth", age: LIFE };

/// Ways back from providers, from one network.
const FROM: RateLimit = RateLimit::new("auth_from", 30, 60);

/// What somebody went to a provider for.
#[derive(Serialize, Deserialize)]
enum Purpose {
    /// To log in, and to go on there.
    LogIn(String),
    /// To connect the account there to the one of this session.
    Connect(SessionId),
    /// To prove in this session that it is them.
    Prove(SessionId, String),
}

impl Purpose {
    /// Where one came from, and wants to go on from.
    fn way_back(&self) -> String {
        let with_next = |path: &str, next: &str| match next {
            "" => path.to_owned(),
            next => format!("{path}?{}", platform::encode_query(&[("next", next)])),
        };
        match self {
            Self::LogIn(next) => with_next("/login", next),
            Self::Connect(_) => connections::PATH.to_owned(),
            Self::Prove(_, next) => with_next("/account/prove", next),
        }
    }

    /// The address that begins it anew. Connecting and proving begin on their own pages.
    fn again(&self, key: &str) -> String {
        match self {
            Self::LogIn(next) if !next.is_empty() => {
                format!("/auth/{key}/start?{}", platform::encode_query(&[("next", next)]))
            }
            Self::LogIn(_) => format!("/auth/{key}/start"),
            Self::Connect(_) | Self::Prove(..) => self.way_back(),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Start {
    next: String,
    /// The page it is asked from proves by it that it was asked there.
    connect: String,
    prove: String,
}

/// When a provider is no help.
#[derive(Template)]
#[template(path = "accounts/auth_failed.html")]
struct Failed<'a> {
    label: &'a str,
    again: String,
    is_away: bool,
    /// Their names, and the addresses that begin them.
    others: Vec<(&'a str, String)>,
    /// Where one came from.
    back: String,
}

/// What a page of this session has in its address to a provider. A page elsewhere cannot know it, so nobody is
/// made to connect what is not theirs.
pub(super) fn pass(core: &Services, session: &Session, deed: &str, key: &str) -> String {
    let text = format!("{deed}|{key}|{}", session.id);
    core.config.mac_token("auth", &text).expose().to_owned()
}

pub(crate) async fn start(
    _: Public,
    Platform(core): Platform,
    providers: Extension<Providers>,
    CurrentSession(session): CurrentSession,
    Path(key): Path<String>,
    Query(start): Query<Start>,
    ui: Ui,
) -> Result {
    let provider = providers.find(&key).ok_or(Error::NotFound)?;
    let is = |session: &Session, deed: &str, sent: &str| sent == pass(&core, session, deed, &key);
    let next = safe_next(&start.next).unwrap_or_default().to_owned();
    let purpose = match session.as_deref() {
        Some(session) if is(session, "connect", &start.connect) => {
            if !session.is_proved() {
                return prove::first(connections::PATH);
            }
            Purpose::Connect(session.id)
        }
        Some(session) if is(session, "prove", &start.prove) => Purpose::Prove(session.id, next),
        _ => Purpose::LogIn(next),
    };
    let back = format!("{}/auth/{key}/callback", core.config.account_origin());
    let again = matches!(purpose, Purpose::Prove(..));
    match provider.begin(&back, again).await {
        Ok((url, flow)) => {
            let mut response = see_other(url)?;
            COOKIE.put(&core, (flow, purpose), &mut response)?;
            Ok(response)
        }
        Err(refusal) => failed(&ui, &providers, provider, (&refusal, &purpose)),
    }
}

pub(crate) async fn callback(
    _: Public,
    (Platform(core), providers): (Platform, Extension<Providers>),
    (CurrentSession(old), cookies): (CurrentSession, Cookies),
    Path(key): Path<String>,
    Query(answer): Query<Answer>,
    (client, UserAgent(user_agent)): (Client, UserAgent),
    ui: Ui,
) -> Result {
    let provider = providers.find(&key).ok_or(Error::NotFound)?;
    let Some((flow, purpose)) = COOKIE.read::<(Flow, Purpose)>(&core, &cookies) else {
        return too_late();
    };
    if let Err(spent) = core.limiter.allow(FROM, &client.network().to_string()).await? {
        let toast = Toast::error("Too many attempts").text(spent.to_string());
        return see_other_with("/login", &toast);
    }
    let life = TimeDelta::from_std(LIFE).unwrap_or_default();
    if !use_once(core.store.catalog(), "auth", &flow.state, life).await? {
        return too_late();
    }
    let identity = match provider.finish(&flow, &answer).await {
        Ok(identity) => identity,
        Err(refusal) => return failed(&ui, &providers, provider, (&refusal, &purpose)),
    };
    let browser = Browser::new(old, client, user_agent, &cookies);
    let mut response = came_back(&core, provider, identity, purpose, browser).await?;
    COOKIE.forget(&mut response);
    Ok(response)
}

async fn came_back(
    core: &Services,
    provider: &Provider,
    identity: Identity,
    purpose: Purpose,
    browser: Browser,
) -> Result<Response> {
    let catalog = core.store.catalog();
    let known = connection::find(catalog, &identity).await?;
    let here = browser.old.clone();
    let is_here = |id: SessionId| here.as_ref().filter(|session| session.id == id);
    match purpose {
        Purpose::LogIn(next) => {
            let Some(known) = known else {
                let (key, label) = (provider.key.clone(), provider.label.clone());
                return newcomer::welcome(
                    core,
                    Newcomer { key, label, identity, next, asked: None },
                );
            };
            connection::note_use(catalog, known.id, &identity).await?;
            let target = match next.is_empty() {
                true => landing(core, known.user_id).await?,
                false => next,
            };
            let proven = Proven::First(Cow::Owned(provider.key.clone()));
            arrive(core, browser, known.user_id, (proven, &target)).await
        }
        Purpose::Connect(id) => match is_here(id) {
            Some(session) if session.is_proved() => {
                connections::add(core, session, &browser, provider, &identity).await
            }
            _ => too_late(),
        },
        Purpose::Prove(id, next) => match (is_here(id), known) {
            (Some(session), Some(known)) if known.user_id == session.user => {
                prove::is_them(core, session, &next).await
            }
            (Some(_), _) => {
                let text = format!("That {} account isn't connected to yours.", provider.label);
                let path = format!("/account/prove?{}", platform::encode_query(&[("next", &next)]));
                see_other_with(path, &Toast::error("This didn't confirm it's you").text(text))
            }
            (None, _) => too_late(),
        },
    }
}

fn too_late() -> Result {
    let toast = Toast::error("That took too long").text("Start again from here.");
    let mut response = see_other_with("/login", &toast)?;
    COOKIE.forget(&mut response);
    Ok(response)
}

fn failed(
    ui: &Ui,
    providers: &Providers,
    provider: &Provider,
    (refusal, purpose): (&Refusal, &Purpose),
) -> Result {
    use platform::request::StatusCode;
    if *refusal == Refusal::Cancelled {
        let text = format!("You can still log in with {} or another way.", provider.label);
        let toast = Toast::success("Nothing was changed");
        let mut response = match purpose {
            Purpose::LogIn(_) => see_other_with(purpose.way_back(), &toast.text(text))?,
            _ => see_other_with(purpose.way_back(), &toast)?,
        };
        COOKIE.forget(&mut response);
        return Ok(response);
    }
    tracing::warn!(provider = %provider.key, %refusal, "nobody came back from a provider");
    let is_away = matches!(refusal, Refusal::Away(_));
    let status = if is_away { StatusCode::BAD_GATEWAY } else { StatusCode::BAD_REQUEST };
    let others = providers.all().iter().filter(|one| one.key != provider.key);
    let others = others.map(|one| (&*one.label, purpose.again(&one.key))).collect();
    let again = purpose.again(&provider.key);
    let page = Failed { label: &provider.label, again, is_away, others, back: purpose.way_back() };
    let title = format!("Can't log in with {}", provider.label);
    let mut response = ui.draw(status, &title, &page)?;
    COOKIE.forget(&mut response);
    Ok(response)
}
