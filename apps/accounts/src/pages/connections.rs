//! Accounts at other sites that one logs in with: which, one more, one less.

use askama::Template;
use platform::{
    Error, Extension, Path, Result, SignedIn, Ui,
    oauth::{Identity, Provider},
    people::{Session, user_by_id},
    process::{Platform, Services},
    request::{Client, Cookies, Response, UserAgent},
    see_other, see_other_with,
    ui::{self, Toast},
};
use uuid::Uuid;

use super::{
    account::browser,
    arrive::{Browser, hold},
    auth::pass,
    newcomer::{self, Newcomer},
};
use crate::{
    connection::{self, Gone, Refusal},
    passkey::{self, Kind},
    providers::{Providers, icon},
};

pub(super) const PATH: &str = "/account/connections";
/// Where somebody says, logged in, that what they came with is theirs.
pub(super) const NEW: &str = "/account/connections/new";
const TITLE: &str = "Connected accounts";

#[derive(Template)]
#[template(path = "accounts/connections.html")]
struct Connections<'a> {
    rows: Vec<Row>,
    /// Those that are configured and not connected, and the address that connects them.
    more: Vec<(&'a Provider, String)>,
    /// Whether the only one that is left may not go.
    is_last: bool,
    csrf: &'a str,
}

struct Row {
    id: Uuid,
    icon: &'static str,
    label: String,
    account: String,
    used: String,
}

#[derive(Template)]
#[template(path = "accounts/connect.html")]
struct Connect<'a> {
    newcomer: &'a Newcomer,
    title: &'a str,
    session: &'a Session,
    csrf: &'a str,
}

pub(crate) async fn show(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    providers: Extension<Providers>,
    ui: Ui,
) -> Result {
    let catalog = core.store.catalog();
    let all = connection::of_user(catalog, session.user).await?;
    let is_connected = |key: &str| all.iter().any(|one| one.provider == key);
    let link = |one: &Provider| {
        let pass = pass(&core, &session, "connect", &one.key);
        format!("/auth/{}/start?connect={pass}", one.key)
    };
    let free = providers.all().iter().filter(|one| !is_connected(&one.key));
    let more = free.map(|one| (one, link(one))).collect();
    let person = user_by_id(catalog, session.user).await?.ok_or(Error::NotFound)?;
    let keys = passkey::of_user(catalog, session.user).await?;
    let has_key = keys.iter().any(|one| one.kind == Kind::Passkey);
    let is_last = all.len() == 1 && person.password_hash.is_empty() && !has_key;
    let ui = ui.under("Your account", "/account").under("Security", "/account/security");
    let calendar = ui.calendar();
    let rows = all.iter().map(|one| Row {
        id: one.id,
        icon: icon(&one.provider),
        label: providers.label_of(&one.provider).to_owned(),
        account: one.account.clone(),
        used: one.used_at.map(|at| calendar.ago(at).to_string()).unwrap_or_default(),
    });
    let page = Connections { rows: rows.collect(), more, is_last, csrf: ui.csrf() };
    ui.page(TITLE, &page)
}

pub(crate) async fn end(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    providers: Extension<Providers>,
    (client, UserAgent(user_agent)): (Client, UserAgent),
    Path(id): Path<Uuid>,
) -> Result {
    let all = connection::of_user(core.store.catalog(), session.user).await?;
    let one = all.iter().find(|one| one.id == id).ok_or(Error::NotFound)?;
    session.proven()?;
    let label = providers.label_of(&one.provider);
    let new = browser(&session, client, user_agent);
    match connection::disconnect(&core, &session, new, id, label).await? {
        Gone::Done(token) => {
            let toast = Toast::success(format!("{label} is disconnected"));
            let toast = toast.text("All other devices are logged out.");
            let mut response = see_other_with(PATH, &toast)?;
            hold(&token, &mut response);
            Ok(response)
        }
        Gone::Unknown => Err(Error::NotFound),
        Gone::LastWayIn => {
            let toast = Toast::error(format!("{label} is your only way to log in"));
            see_other_with(PATH, &toast.text("Choose a password first."))
        }
    }
}

/// Somebody came with an account we did not know, and logged in: is it to let them in from now on?
pub(crate) async fn ask(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    cookies: Cookies,
    ui: Ui,
) -> Result {
    let Some(newcomer) = newcomer::read(&core, &cookies) else { return see_other(PATH) };
    let title = format!("Connect {}", newcomer.label);
    let ui = ui.under("Your account", "/account").under(TITLE, PATH);
    let page = Connect { newcomer: &newcomer, title: &title, session: &session, csrf: ui.csrf() };
    ui.page(&title, &page)
}

pub(crate) async fn connect(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    providers: Extension<Providers>,
    cookies: Cookies,
    (client, UserAgent(user_agent)): (Client, UserAgent),
) -> Result {
    session.proven()?;
    let Some(newcomer) = newcomer::read(&core, &cookies) else { return see_other(PATH) };
    let provider = providers.find(&newcomer.key).ok_or(Error::NotFound)?;
    let browser = Browser::new(None, client, user_agent, &cookies);
    let mut response = add(&core, &session, &browser, provider, &newcomer.identity).await?;
    newcomer::forget(&mut response);
    Ok(response)
}

/// Connects what somebody has at a provider to the account that they are logged in with.
pub(super) async fn add(
    core: &Services,
    session: &Session,
    here: &Browser,
    provider: &Provider,
    identity: &Identity,
) -> Result<Response> {
    let new = browser(session, here.client, here.user_agent.clone());
    let label = &*provider.label;
    let (key, text) = (&*provider.key, "All other devices are logged out.");
    match connection::connect(core, session, new, (key, label), identity).await? {
        Ok(token) => {
            let toast = Toast::success(format!("{label} is connected"));
            let toast = if token.is_some() { toast.text(text) } else { toast };
            let mut response = see_other_with(PATH, &toast)?;
            if let Some(token) = token {
                hold(&token, &mut response);
            }
            Ok(response)
        }
        Err(Refusal::Taken) => {
            let toast = Toast::error(format!("That {label} account is connected to someone else"));
            see_other_with(PATH, &toast.text("Disconnect it there first, or use another one."))
        }
        Err(Refusal::TooMany) => {
            see_other_with(PATH, &Toast::error("You've reached the limit of 20 connected accounts"))
        }
    }
}
