//! Logging in by an email: `/login/link` asks for it, and the browser that asked gets in by its link or its code.

use std::{borrow::Cow, time::Duration};

use askama::Template;
use platform::{
    Extension, Form, Later, Public, Query, Result, Submitted, Ui,
    limits::RateLimit,
    people::{
        LinkStatus, Token, entity::email_link::Purpose, link_status, normalise_email, use_link,
        user_by_email,
    },
    process::{Platform, Services},
    request::{Client, Cookies, CurrentSession, UserAgent, safe_next},
    see_other, see_other_with,
    ui::{self, Errors, FormState, Toast},
};
use serde::{Deserialize, Serialize};

use super::{
    arrive::{Browser, Proven, arrive, landing},
    captcha,
    confirm::{WithToken, gone},
    problem::{self, Problem},
    sign_up::{MAILBOX, permit},
};
use crate::{
    abuse::{AbuseFilter, Widget},
    jobs::{AnswerLogIn, LOG_IN_EMAIL},
    log_in_link,
    sealed::Sealed,
};

/// What the widget against programs calls the form.
const ACTION: &str = "log_in_link";

/// As long as the email is good.
const COOKIE: Sealed = Sealed { name: "__Host-login-link", age: Duration::from_mins(10) };
const PATH: &str = "/login/link";
const CODE: &str = "/login/link/code";
/// Addresses asked about from one network.
const FROM: RateLimit = RateLimit::new("login_link_from", 20, 60);
/// Codes typed for one email.
const TRIES: RateLimit = RateLimit::new("login_code", 5, 600);
/// From one network, whatever emails they are of.
const TRIES_FROM: RateLimit = RateLimit::new("login_code_from", 30, 3600);
/// For one address in a day: whoever uses it up leaves its owner the link.
const TRIES_AT: RateLimit = RateLimit::new("login_code_at", 20, 86400);

/// Who asked in this browser.
#[derive(Serialize, Deserialize)]
struct Asked {
    email: String,
    /// The browser's own number, for this once.
    nonce: String,
    next: String,
}

impl Asked {
    fn token(&self, core: &Services) -> Token {
        log_in_link::token(
            |purpose, text| core.config.mac_token(purpose, text),
            &self.email,
            &self.nonce,
        )
    }
}

#[derive(Template)]
#[template(path = "accounts/link.html")]
struct Link<'a> {
    answer: FormState,
    problem: Option<&'a Problem>,
    csrf: &'a str,
    widget: Option<Widget>,
}

#[derive(Template)]
#[template(path = "accounts/link_sent.html")]
struct Sent<'a> {
    email: &'a str,
    answer: FormState,
    problem: Option<&'a Problem>,
    is_kept: bool,
    csrf: &'a str,
}

/// The mailed link, in the browser that asked: one click, since mail programs open links on their own.
#[derive(Template)]
#[template(path = "accounts/link_here.html")]
struct Here<'a> {
    email: &'a str,
    token: &'a str,
    csrf: &'a str,
}

/// The mailed link, anywhere else.
#[derive(Template)]
#[template(path = "accounts/link_elsewhere.html")]
struct Elsewhere {
    code: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Start {
    next: String,
    email: String,
    captcha: String,
}

impl Form for Start {
    fn check(&self, errors: &mut Errors) {
        let good = normalise_email(&self.email).is_some();
        errors.ensure(good, "email", "Enter a full address, like maya@example.com.");
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct CodeForm {
    code: String,
}

impl Form for CodeForm {
    fn check(&self, errors: &mut Errors) {
        errors.ensure(!self.code.trim().is_empty(), "code", "Enter the code from the email.");
    }
}

pub(crate) async fn show(
    _: Public,
    abuse: Extension<AbuseFilter>,
    Query(start): Query<Start>,
    ui: Ui,
) -> Result {
    let answer = FormState::empty().with("next", start.next).with("email", start.email);
    draw(&ui, &abuse, answer, None)
}

pub(crate) async fn request(
    _: Public,
    (Platform(core), abuse): (Platform, Extension<AbuseFilter>),
    cookies: Cookies,
    client: Client,
    ui: Ui,
    Submitted(form): Submitted<Start>,
) -> Result {
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(&ui, &abuse, answer, None),
    };
    let answer = FormState::empty().with("email", &form.email).with("next", &form.next);
    if let Err(spent) = core.limiter.allow(FROM, &client.network().to_string()).await? {
        return draw(&ui, &abuse, answer, Some(&spent.into()));
    }
    let shown = (ACTION, &*form.captcha);
    if let Some(problem) = captcha::problem(&abuse, client, shown).await? {
        return draw(&ui, &abuse, answer, Some(&problem));
    }
    let email = normalise_email(&form.email).unwrap_or_default();
    let next = safe_next(&form.next).unwrap_or_default().to_owned();
    let asked = Asked { email, nonce: Token::random().expose().to_owned(), next };
    let tx = core.store.catalog().begin().await?;
    let permit = permit(&core, &tx, LOG_IN_EMAIL, &asked.email).await?;
    let is_sent = permit.is_some();
    if let Some(permit) = permit {
        let (email, nonce) = (asked.email.clone(), asked.nonce.clone());
        AnswerLogIn { email, nonce, permit }.later(&tx).await?;
    }
    tx.commit().await?;
    let mut response = see_other(CODE)?;
    // Where none went out, since one has a moment ago, that one stays good here.
    let before = COOKIE.read::<Asked>(&core, &cookies);
    if is_sent || before.is_none_or(|before| before.email != asked.email) {
        COOKIE.put(&core, asked, &mut response)?;
    }
    Ok(response)
}

pub(crate) async fn code(_: Public, Platform(core): Platform, cookies: Cookies, ui: Ui) -> Result {
    match COOKIE.read::<Asked>(&core, &cookies) {
        Some(asked) => sent(&ui, &asked.email, FormState::empty(), None),
        None => see_other(PATH),
    }
}

/// The code, in the browser that asked.
pub(crate) async fn check(
    _: Public,
    Platform(core): Platform,
    (CurrentSession(old), cookies): (CurrentSession, Cookies),
    (client, UserAgent(user_agent)): (Client, UserAgent),
    ui: Ui,
    Submitted(form): Submitted<CodeForm>,
) -> Result {
    let Some(asked) = COOKIE.read::<Asked>(&core, &cookies) else { return begin_anew() };
    let form = match form {
        Ok(form) => form,
        Err(answer) => return sent(&ui, &asked.email, answer, None),
    };
    let network = client.network().to_string();
    let counted = [(TRIES, &*asked.nonce), (TRIES_FROM, &*network), (TRIES_AT, &*asked.email)];
    if let Err(spent) = core.limiter.allow_all(&counted).await? {
        return sent(&ui, &asked.email, FormState::empty(), Some(&spent.into()));
    }
    let token = asked.token(&core);
    let mac = |purpose: &str, text: &str| core.config.mac_token(purpose, text);
    let browser = Browser::new(old, client, user_agent, &cookies);
    if log_in_link::typed(&form.code) == log_in_link::code(mac, &token)
        && let Some(response) = enter(&core, &asked, &token, browser).await?
    {
        core.limiter.give_back(TRIES_FROM, &network).await?;
        core.limiter.forgive(TRIES_AT, &asked.email).await?;
        return Ok(response);
    }
    let answer = FormState::empty().with("code", &form.code);
    let text = "This code is wrong, or was already used. Check the newest email.";
    sent(&ui, &asked.email, answer.reject("code", text), None)
}

/// The page behind the link. Looking at it changes nothing.
pub(crate) async fn confirm_page(
    _: Public,
    Platform(core): Platform,
    cookies: Cookies,
    Query(WithToken { token }): Query<WithToken>,
    ui: Ui,
) -> Result {
    let status = link_status(core.store.catalog(), Purpose::LogIn, &token).await?;
    let (LinkStatus::Valid(email), Some(parsed)) = (status, Token::parse(&token)) else {
        return gone(&ui, PATH);
    };
    match COOKIE.read::<Asked>(&core, &cookies) {
        Some(asked) if asked.token(&core).hash() == parsed.hash() => {
            let page = Here { email: &email, token: &token, csrf: ui.csrf() };
            ui.page("Log in", &page)
        }
        _ => elsewhere(&core, &ui, &parsed),
    }
}

/// The click. Whoever sends it from another browser is told the code, and gets nothing else.
pub(crate) async fn confirm(
    _: Public,
    Platform(core): Platform,
    (CurrentSession(old), cookies): (CurrentSession, Cookies),
    (client, UserAgent(user_agent)): (Client, UserAgent),
    ui: Ui,
    Submitted(form): Submitted<WithToken>,
) -> Result {
    let token = form.map(|form| form.token).unwrap_or_default();
    let status = link_status(core.store.catalog(), Purpose::LogIn, &token).await?;
    let (LinkStatus::Valid(_), Some(parsed)) = (status, Token::parse(&token)) else {
        return gone(&ui, PATH);
    };
    let Some(asked) = COOKIE.read::<Asked>(&core, &cookies) else {
        return elsewhere(&core, &ui, &parsed);
    };
    if asked.token(&core).hash() != parsed.hash() {
        return elsewhere(&core, &ui, &parsed);
    }
    let browser = Browser::new(old, client, user_agent, &cookies);
    match enter(&core, &asked, &parsed, browser).await? {
        Some(response) => Ok(response),
        None => gone(&ui, PATH),
    }
}

/// Uses the link up and lets its person in; none: it was used, or is too old.
async fn enter(
    core: &Services,
    asked: &Asked,
    token: &Token,
    browser: Browser,
) -> Result<Option<platform::request::Response>> {
    let catalog = core.store.catalog();
    let tx = catalog.begin().await?;
    if !use_link(&tx, Purpose::LogIn, token.expose()).await? {
        return Ok(None);
    }
    tx.commit().await?;
    let Some(person) = user_by_email(catalog, &asked.email).await? else { return Ok(None) };
    core.limiter.forgive(TRIES, &asked.nonce).await?;
    let target = match safe_next(&asked.next) {
        Some(next) => next.to_owned(),
        None => landing(core, person.id).await?,
    };
    let proven = Proven::First(Cow::Borrowed("email"));
    let mut response = arrive(core, browser, person.id, (proven, &target)).await?;
    COOKIE.forget(&mut response);
    Ok(Some(response))
}

fn begin_anew() -> Result {
    let toast = Toast::error("That took too long").text("Ask for another email.");
    see_other_with(PATH, &toast)
}

fn elsewhere(core: &Services, ui: &Ui, token: &Token) -> Result {
    let mac = |purpose: &str, text: &str| core.config.mac_token(purpose, text);
    let code = log_in_link::shown(&log_in_link::code(mac, token));
    ui.page("Your code", &Elsewhere { code })
}

fn draw(ui: &Ui, abuse: &AbuseFilter, answer: FormState, problem: Option<&Problem>) -> Result {
    const TITLE: &str = "Log in by email";
    let wrong = answer.is_rejected() || problem.is_some();
    let page = Link { answer, problem, csrf: ui.csrf(), widget: abuse.widget(ACTION) };
    captcha::shown(
        abuse,
        match wrong {
            true => problem::answer(ui, TITLE, &page, problem),
            false => ui.page(TITLE, &page),
        },
    )
}

fn sent(ui: &Ui, email: &str, answer: FormState, problem: Option<&Problem>) -> Result {
    const TITLE: &str = "Check your email";
    let wrong = answer.is_rejected() || problem.is_some();
    let is_kept = ui.has_dev_page(MAILBOX);
    let page = Sent { email, answer, problem, is_kept, csrf: ui.csrf() };
    if wrong { problem::answer(ui, TITLE, &page, problem) } else { ui.page(TITLE, &page) }
}
