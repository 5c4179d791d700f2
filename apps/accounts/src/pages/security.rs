//! How one logs in: two-step verification, its recovery codes, and what is asked for before they change.

use std::time::Duration;

use askama::Template;
use platform::{
    Result, SignedIn, Submitted, Ui, UserId,
    limits::RateLimit,
    people::Session,
    process::{Platform, Services},
    request::{Client, Cookies, Response, UserAgent},
    see_other, see_other_with,
    ui::{self, FormState, Toast},
};

use super::{
    account::browser,
    arrive::hold,
    mfa::CodeForm,
    problem::{self, Problem},
};
use crate::{
    passkey::{self, Kind},
    sealed::Sealed,
    second_factor::{self, Changed, Offer, Proof, State},
    security_log::Place,
    user::KnownBrowser,
};

pub(super) const PATH: &str = "/account/security";
const TOTP: &str = "/account/security/totp";
const CODES: &str = "/account/security/recovery-codes";
const TITLE: &str = "Security";

/// The new codes, until they were shown.
const NEW_CODES: Sealed = Sealed { name: "__Host-new-codes", age: Duration::from_mins(5) };

/// Codes that may be tried while it is set up.
const TRIES: RateLimit = RateLimit::new("two_step_setup", 10, 600);

#[derive(Template)]
#[template(path = "accounts/security.html")]
struct Security<'a> {
    state: State,
    keys: Vec<passkey::Model>,
    /// When support will turn it off.
    reset: Option<String>,
    session: &'a Session,
    calendar: ui::Calendar,
}

#[derive(Template)]
#[template(path = "accounts/totp.html")]
struct SetUp<'a> {
    offer: &'a Offer,
    answer: FormState,
    problem: Option<&'a Problem>,
    csrf: &'a str,
}

#[derive(Template)]
#[template(path = "accounts/totp_on.html")]
struct IsOn<'a> {
    state: State,
    csrf: &'a str,
    calendar: ui::Calendar,
}

#[derive(Template)]
#[template(path = "accounts/recovery_codes.html")]
struct Codes<'a> {
    state: State,
    is_on: bool,
    csrf: &'a str,
}

/// The codes, the one time that they can be read.
#[derive(Template)]
#[template(path = "accounts/new_codes.html")]
struct NewCodes<'a> {
    codes: &'a [String],
    product: &'a str,
}

pub(crate) async fn show(SignedIn(session): SignedIn, Platform(core): Platform, ui: Ui) -> Result {
    let catalog = core.store.catalog();
    let state = second_factor::state(catalog, session.user).await?;
    let keys = passkey::of_user(catalog, session.user).await?;
    let calendar = ui.calendar();
    let reset = second_factor::reset_at(catalog, session.user).await?;
    let reset = reset.map(|at| calendar.moment(at).to_string());
    let page = Security { state, keys, reset, session: &session, calendar };
    ui.under("Your account", "/account").page(TITLE, &page)
}

pub(crate) async fn totp(SignedIn(session): SignedIn, Platform(core): Platform, ui: Ui) -> Result {
    session.proven()?;
    let state = second_factor::state(core.store.catalog(), session.user).await?;
    let ui = ui.under("Your account", "/account").under(TITLE, PATH);
    if state.since.is_some() {
        let page = IsOn { state, csrf: ui.csrf(), calendar: ui.calendar() };
        return ui.page("Two-step verification", &page);
    }
    set_up(&core, &session, &ui, FormState::empty(), None)
}

pub(crate) async fn switch_on(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    cookies: Cookies,
    (client, UserAgent(user_agent)): (Client, UserAgent),
    ui: Ui,
    Submitted(form): Submitted<CodeForm>,
) -> Result {
    session.proven()?;
    let ui = ui.under("Your account", "/account").under(TITLE, PATH);
    let form = match form {
        Ok(form) => form,
        Err(answer) => return set_up(&core, &session, &ui, answer, None),
    };
    if second_factor::has_app(core.store.catalog(), session.user).await? {
        return see_other(TOTP);
    }
    let person = session.user.to_string();
    if let Err(spent) = core.limiter.allow(TRIES, &person).await? {
        return set_up(&core, &session, &ui, FormState::empty(), Some(&spent.into()));
    }
    let mut here = browser(&session, client, user_agent);
    here.method = Proof::App.method("password");
    let Some(changed) = second_factor::switch_on(&core, &session, here, &form.code).await? else {
        if second_factor::has_app(core.store.catalog(), session.user).await? {
            return see_other(TOTP);
        }
        let text = "This code is wrong. Enter the one your app shows now.";
        let answer = FormState::empty().with("code", &form.code).reject("code", text);
        return set_up(&core, &session, &ui, answer, None);
    };
    core.limiter.forgive(TRIES, &person).await?;
    let toast = Toast::success("Two-step verification is on");
    let toast = toast.text("All other devices are logged out.");
    let mut response = match changed.codes.is_empty() {
        true => see_other_with(PATH, &toast)?,
        false => show_codes(&core, &session, &changed.codes, &toast)?,
    };
    go_on(&core, &session, &cookies, &changed, &mut response);
    Ok(response)
}

pub(crate) async fn switch_off(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    cookies: Cookies,
    (client, UserAgent(user_agent)): (Client, UserAgent),
) -> Result {
    session.proven()?;
    let mut here = browser(&session, client, user_agent);
    let keys = passkey::of_user(core.store.catalog(), session.user).await?;
    if keys.is_empty() {
        here.method = one_step(&session.method);
    }
    let changed = second_factor::switch_off(&core, &session, here).await?;
    let asks = keys.iter().any(|one| one.kind == Kind::SecurityKey);
    let toast = Toast::success(match asks {
        true => "Your authenticator app is removed",
        false => "Two-step verification is off",
    });
    let mut response = see_other_with(PATH, &toast.text("All other devices are logged out."))?;
    if let Some(changed) = changed {
        go_on(&core, &session, &cookies, &changed, &mut response);
    }
    Ok(response)
}

/// New codes, the one time that they can be read; then how many are left.
pub(crate) async fn codes(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    cookies: Cookies,
    ui: Ui,
) -> Result {
    let ui = ui.under("Your account", "/account").under(TITLE, PATH);
    let new = NEW_CODES.read::<(UserId, Vec<String>)>(&core, &cookies);
    if let Some((_, codes)) = new.filter(|(user, _)| *user == session.user) {
        let page = NewCodes { codes: &codes, product: &core.brand.name };
        let mut response = ui.page("Save your recovery codes", &page)?;
        NEW_CODES.forget(&mut response);
        return Ok(response);
    }
    let catalog = core.store.catalog();
    let state = second_factor::state(catalog, session.user).await?;
    let is_on = second_factor::is_on(catalog, session.user).await?;
    ui.page("Recovery codes", &Codes { state, is_on, csrf: ui.csrf() })
}

pub(crate) async fn renew_codes(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    (client, UserAgent(user_agent)): (Client, UserAgent),
) -> Result {
    session.proven()?;
    let codes =
        second_factor::renew_codes(&core, session.user, &Place::of(client, &user_agent)).await?;
    if codes.is_empty() {
        return see_other(TOTP);
    }
    let toast = Toast::success("Your old codes no longer work");
    show_codes(&core, &session, &codes, &toast)
}

/// How a session was opened, without its second step: nothing is left to be asked for.
pub(super) fn one_step(method: &str) -> String {
    match method.split_once('+') {
        Some((first, _)) => first.to_owned(),
        None if method == "passkey" => "password".to_owned(),
        None => method.to_owned(),
    }
}

/// To the page that shows new codes, once.
pub(super) fn show_codes(
    core: &Services,
    session: &Session,
    codes: &[String],
    toast: &Toast,
) -> Result {
    let mut response = see_other_with(CODES, toast)?;
    NEW_CODES.put(core, (session.user, codes), &mut response)?;
    Ok(response)
}

/// This browser goes on with the session that took the place of all others.
fn go_on(
    core: &Services,
    session: &Session,
    cookies: &Cookies,
    changed: &Changed,
    response: &mut Response,
) {
    hold(&changed.token, response);
    KnownBrowser::of(cookies).remember(core, session.user, response);
}

fn set_up(
    core: &Services,
    session: &Session,
    ui: &Ui,
    answer: FormState,
    problem: Option<&Problem>,
) -> Result {
    const TITLE: &str = "Set up two-step verification";
    let wrong = answer.is_rejected() || problem.is_some();
    let offer = second_factor::offer(core, session)?;
    let page = SetUp { offer: &offer, answer, problem, csrf: ui.csrf() };
    if wrong { problem::answer(ui, TITLE, &page, problem) } else { ui.page(TITLE, &page) }
}

impl Security<'_> {
    fn is_on(&self) -> bool {
        self.state.since.is_some() || self.keys.iter().any(|one| one.kind == Kind::SecurityKey)
    }
}

impl NewCodes<'_> {
    /// A file with the codes, as an address.
    fn file(&self) -> String {
        let text = format!("{} recovery codes. Each works once.%0A", self.product);
        let text = text.replace(' ', "%20");
        format!("data:text/plain;charset=utf-8,{text}{}", self.codes.join("%0A"))
    }
}
