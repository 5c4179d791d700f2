//! Passkeys and security keys: which, one more, one less; and logging in with one.

use askama::Template;
use platform::{
    Error, Form, Path, Public, Query, Result, SignedIn, Submitted, Ui,
    limits::RateLimit,
    people::{Session, user_by_id},
    process::{Platform, Services},
    request::{Client, Cookies, CurrentSession, UserAgent, safe_next},
    see_other_with,
    ui::{self, Errors, FormState, Toast},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    account::browser,
    arrive::{Browser, Proven, arrive, hold, landing},
    mfa, pending, prove, security,
};
use crate::{
    connection,
    passkey::{self, Asked, Gone, Kind, Refusal, Reply},
    second_factor,
};

pub(super) const PATH: &str = "/account/security/passkeys";
pub(super) const TITLE: &str = "Passkeys";

/// Answers that prove nothing, from one network.
const NETWORK: RateLimit = RateLimit::new("passkey_network", 20, 60);

#[derive(Template)]
#[template(path = "accounts/passkeys.html")]
struct Passkeys<'a> {
    keys: Vec<passkey::Model>,
    /// The one that may not go: nothing else lets them in.
    last: Option<Uuid>,
    csrf: &'a str,
    calendar: ui::Calendar,
}

#[derive(Template)]
#[template(path = "accounts/passkey_new.html")]
struct New<'a> {
    asked: Asked,
    kind: Kind,
    answer: FormState,
    title: &'a str,
    csrf: &'a str,
}

impl Passkeys<'_> {
    fn is_last(&self, key: &passkey::Model) -> bool {
        self.last == Some(key.id)
    }
}

impl New<'_> {
    fn is_passkey(&self) -> bool {
        self.kind == Kind::Passkey
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    kind: String,
}

/// What a browser answered.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct KeyForm {
    state: String,
    credential: String,
    name: String,
    next: String,
    trust: String,
}

impl Form for KeyForm {
    const SECRETS: &'static [&'static str] = &["credential"];

    fn check(&self, _: &mut Errors) {}
}

impl KeyForm {
    fn reply(&self) -> Reply {
        Reply { state: self.state.clone(), credential: self.credential.clone() }
    }
}

pub(crate) async fn show(SignedIn(session): SignedIn, Platform(core): Platform, ui: Ui) -> Result {
    let catalog = core.store.catalog();
    let keys = passkey::of_user(catalog, session.user).await?;
    let person = user_by_id(catalog, session.user).await?.ok_or(Error::NotFound)?;
    let connected = connection::of_user(catalog, session.user).await?;
    let mut alone = keys.iter().filter(|one| one.kind == Kind::Passkey);
    let last = match (alone.next(), alone.next()) {
        (Some(one), None) if person.password_hash.is_empty() && connected.is_empty() => {
            Some(one.id)
        }
        _ => None,
    };
    let ui = ui.under("Your account", "/account").under("Security", security::PATH);
    ui.page(TITLE, &Passkeys { keys, last, csrf: ui.csrf(), calendar: ui.calendar() })
}

pub(crate) async fn new(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    Query(Which { kind }): Query<Which>,
    ui: Ui,
) -> Result {
    let (kind, title) = match &*kind {
        "security_key" => (Kind::SecurityKey, "Add a security key"),
        _ => (Kind::Passkey, "Add a passkey"),
    };
    session.proven()?;
    let ui = ui.under("Your account", "/account").under("Security", security::PATH);
    let ui = ui.under(TITLE, PATH);
    let asked = passkey::begin(&core, &session, kind).await?;
    ui.page(title, &New { asked, kind, answer: FormState::empty(), title, csrf: ui.csrf() })
}

pub(crate) async fn add(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    (client, UserAgent(user_agent)): (Client, UserAgent),
    Submitted(form): Submitted<KeyForm>,
) -> Result {
    // What it answers was given to this session when it had proven itself, ten minutes ago at most. Asked
    // once more, its person would have made a key in vain, which their device keeps.
    let form = form.unwrap_or_default();
    let mut here = browser(&session, client, user_agent);
    // Whoever made a key has it in their hand.
    if !session.is_two_step() {
        here.method = format!("{}+key", session.method);
    }
    match passkey::add(&core, &session, here, &form.reply(), &form.name).await? {
        Ok(changed) => {
            let toast =
                Toast::success("Your key is added").text("All other devices are logged out.");
            let mut response = match changed.codes.is_empty() {
                true => see_other_with(PATH, &toast)?,
                false => security::show_codes(&core, &session, &changed.codes, &toast)?,
            };
            hold(&changed.token, &mut response);
            Ok(response)
        }
        Err(refusal) => {
            let (title, text) = match refusal {
                Refusal::Answer => ("Your key was not added", "That took too long. Try again."),
                Refusal::Taken => ("Your key was not added", "It belongs to an account already."),
                Refusal::TooMany => {
                    ("You've reached the limit of 20 keys", "Remove one that you no longer use.")
                }
            };
            see_other_with(PATH, &Toast::error(title).text(text))
        }
    }
}

pub(crate) async fn remove(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    (client, UserAgent(user_agent)): (Client, UserAgent),
    Path(id): Path<Uuid>,
) -> Result {
    let all = passkey::of_user(core.store.catalog(), session.user).await?;
    if !all.iter().any(|one| one.id == id) {
        return Err(Error::NotFound);
    }
    session.proven()?;
    let mut here = browser(&session, client, user_agent);
    if all.len() == 1 && !second_factor::has_app(core.store.catalog(), session.user).await? {
        here.method = security::one_step(&session.method);
    }
    match passkey::remove(&core, &session, here, id).await? {
        Gone::Done(token, name) => {
            let toast = Toast::success(format!("“{}” is removed", ui::isolated(&name)));
            let toast = toast.text("All other devices are logged out.");
            let mut response = see_other_with(PATH, &toast)?;
            hold(&token, &mut response);
            Ok(response)
        }
        Gone::Unknown => Err(Error::NotFound),
        Gone::LastWayIn => {
            let toast = Toast::error("This passkey is your only way to log in");
            see_other_with(PATH, &toast.text("Choose a password first."))
        }
    }
}

/// In with nothing but a passkey. Its device has looked who holds it, so no second step is asked for.
pub(crate) async fn log_in(
    _: Public,
    Platform(core): Platform,
    (CurrentSession(old), cookies): (CurrentSession, Cookies),
    (client, UserAgent(user_agent)): (Client, UserAgent),
    Submitted(form): Submitted<KeyForm>,
) -> Result {
    let form = form.unwrap_or_default();
    if let Err(spent) = core.limiter.allow(NETWORK, &client.network().to_string()).await? {
        let toast = Toast::error("Too many attempts").text(spent.to_string());
        return see_other_with(to_log_in(&form.next), &toast);
    }
    let Some(user) = passkey::log_in(&core, &form.reply()).await? else {
        let toast = Toast::error("That passkey didn't work");
        let login = to_log_in(&form.next);
        return see_other_with(login, &toast.text("Try again, or log in another way."));
    };
    core.limiter.give_back(NETWORK, &client.network().to_string()).await?;
    let target = match safe_next(&form.next) {
        Some(next) => next.to_owned(),
        None => landing(&core, user).await?,
    };
    let browser = Browser::new(old, client, user_agent, &cookies);
    arrive(&core, browser, user, (Proven::All("passkey".into()), &target)).await
}

/// The log-in page, which goes on to where one wanted to go.
fn to_log_in(next: &str) -> String {
    match safe_next(next) {
        Some(next) => format!("/login?{}", platform::encode_query(&[("next", next)])),
        None => "/login".to_owned(),
    }
}

/// The second step, by a key of any kind.
pub(crate) async fn second_step(
    _: Public,
    Platform(core): Platform,
    (CurrentSession(old), cookies): (CurrentSession, Cookies),
    (client, UserAgent(user_agent)): (Client, UserAgent),
    Submitted(form): Submitted<KeyForm>,
) -> Result {
    let form = form.unwrap_or_default();
    let Some(waiting) = pending::read(&core, &cookies).await? else {
        return pending::begin_anew();
    };
    if !passkey::is_answered(&core, waiting.user, false, &form.reply()).await? {
        let toast = Toast::error("That key didn't work");
        return see_other_with("/login/mfa", &toast.text("Try again, or enter a code."));
    }
    let browser = Browser::new(old, client, user_agent, &cookies);
    let proven = Proven::All(format!("{}+key", waiting.method));
    mfa::is_in(&core, browser, waiting.user, (proven, &waiting.target), &form.trust).await
}

/// Before what is grave: by a passkey, whose device looks who holds it.
pub(crate) async fn prove(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    Submitted(form): Submitted<KeyForm>,
) -> Result {
    let form = form.unwrap_or_default();
    if !passkey::is_answered(&core, session.user, true, &form.reply()).await? {
        let path = format!("/account/prove?{}", platform::encode_query(&[("next", &form.next)]));
        return see_other_with(path, &Toast::error("That passkey didn't work").text("Try again."));
    }
    prove::is_them(&core, &session, &form.next).await
}

/// Asks this session's person for a passkey, if they have one.
pub(super) async fn ask(core: &Services, session: &Session) -> Result<Option<Asked>> {
    passkey::ask(core, session.user, true).await
}
