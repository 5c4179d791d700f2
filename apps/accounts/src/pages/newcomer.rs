//! Somebody a provider knows and we don't: they make an account, say which is theirs, or confirm an address first.

use std::{borrow::Cow, time::Duration};

use askama::Template;
use platform::{
    Extension, Form, Public, Result, Submitted, Ui, encode_query,
    limits::RateLimit,
    oauth::Identity,
    people::{Registration, normalise_email, user_by_email},
    process::{Platform, Services},
    request::{Client, Cookies, CurrentSession, Response, UserAgent},
    see_other, see_other_with,
    ui::{self, Errors, FormState, Toast},
    workspaces::waiting_for,
};
use serde::{Deserialize, Serialize};

use super::{
    arrive::{Browser, Proven, arrive},
    confirm, connections,
    problem::{self, Problem},
    sign_up::{self, AddressForm},
};
use crate::user::{self, rules};
use crate::{abuse::AbuseFilter, sealed::Sealed};

/// Long enough to find the email.
const COOKIE: Sealed = Sealed { name: "__Host-newcomer", age: Duration::from_hours(1) };
const PATH: &str = "/signup/connected";
/// Addresses asked about from one network.
const FROM: RateLimit = RateLimit::new("connected_from", 20, 60);

/// Who they are at a provider, until they have an account here. Only their own browser has it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Newcomer {
    /// The provider's name in the settings.
    pub(super) key: String,
    /// The provider's name on pages.
    pub(super) label: String,
    pub(super) identity: Identity,
    /// Where they wanted to go.
    pub(super) next: String,
    /// The address that a link was mailed to for them, where they had to confirm one.
    pub(super) asked: Option<String>,
}

impl Newcomer {
    /// The address that the provider has seen to be theirs.
    fn proven_email(&self) -> Option<String> {
        let email = self.identity.email.as_deref().filter(|_| self.identity.is_verified)?;
        normalise_email(email)
    }

    /// What to call their account at the provider.
    pub(super) fn account(&self) -> &str {
        self.identity.email.as_deref().unwrap_or(&self.identity.name)
    }
}

#[derive(Template)]
#[template(path = "accounts/newcomer.html")]
struct Page<'a> {
    newcomer: &'a Newcomer,
    /// Proven; without it one is asked for.
    email: Option<&'a str>,
    answer: FormState,
    problem: Option<&'a Problem>,
    csrf: &'a str,
    product: &'a str,
}

/// The address has an account: whoever has that says so by logging in.
#[derive(Template)]
#[template(path = "accounts/known_address.html")]
struct KnownAddress<'a> {
    newcomer: &'a Newcomer,
    email: &'a str,
    login: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct NameForm {
    name: String,
}

impl Form for NameForm {
    fn check(&self, errors: &mut Errors) {
        rules::check_name(&self.name, errors);
    }
}

/// From the provider to the page that fits.
pub(super) fn welcome(core: &Services, newcomer: Newcomer) -> Result {
    let mut response = see_other(PATH)?;
    COOKIE.put(core, newcomer, &mut response)?;
    Ok(response)
}

/// Who is new in this browser.
pub(super) fn read(core: &Services, cookies: &Cookies) -> Option<Newcomer> {
    COOKIE.read(core, cookies)
}

/// Who is new in this browser and had a link mailed to this address: whoever else signs up in it brings an own one.
pub(super) fn who_asked(core: &Services, cookies: &Cookies, email: &str) -> Option<Newcomer> {
    read(core, cookies).filter(|one| one.asked.as_deref() == Some(email))
}

pub(super) fn forget(response: &mut Response) {
    COOKIE.forget(response);
}

pub(crate) async fn show(
    _: Public,
    Platform(core): Platform,
    (CurrentSession(session), cookies): (CurrentSession, Cookies),
    ui: Ui,
) -> Result {
    let Some(newcomer) = read(&core, &cookies) else { return begin_anew() };
    if session.is_some() {
        return see_other(connections::NEW);
    }
    let Some(email) = newcomer.proven_email() else {
        if let Some(shut) = sign_up::shut(&core) {
            return ui.page("Sign up", &shut);
        }
        let email = newcomer.identity.email.clone().unwrap_or_default();
        let answer = FormState::empty().with("email", email);
        return draw(&core, &ui, (&newcomer, None), answer, None);
    };
    if user_by_email(core.store.catalog(), &email).await?.is_some() {
        let login =
            format!("/login?{}", encode_query(&[("next", connections::NEW), ("email", &email)]));
        let page = KnownAddress { newcomer: &newcomer, email: &email, login };
        return ui.page("You already have an account", &page);
    }
    if !may_join(&core, &email).await? {
        return sign_up::refuse(&core, &ui);
    }
    let answer = FormState::empty().with("name", &newcomer.identity.name);
    draw(&core, &ui, (&newcomer, Some(&email)), answer, None)
}

/// An account for a proven address.
pub(crate) async fn create(
    _: Public,
    (Platform(core), abuse): (Platform, Extension<AbuseFilter>),
    (CurrentSession(old), cookies): (CurrentSession, Cookies),
    (client, UserAgent(user_agent)): (Client, UserAgent),
    ui: Ui,
    Submitted(form): Submitted<NameForm>,
) -> Result {
    let Some(newcomer) = read(&core, &cookies) else { return begin_anew() };
    let Some(email) = newcomer.proven_email() else { return see_other(PATH) };
    if !may_join(&core, &email).await? {
        return sign_up::refuse(&core, &ui);
    }
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(&core, &ui, (&newcomer, Some(&email)), answer, None),
    };
    if let Some(problem) = abuse.address_problem(&email) {
        let answer = FormState::empty().with("name", &form.name).reject("name", problem);
        return draw(&core, &ui, (&newcomer, Some(&email)), answer, None);
    }
    let by = (&*newcomer.key, &newcomer.identity);
    let made = user::create_connected(core.store.catalog(), &email, &form.name, by, None).await?;
    // Sent twice, or signed up meanwhile: the page says what there is now.
    let Some(user) = made else { return see_other(PATH) };
    let target = match newcomer.next.is_empty() {
        true => confirm::next_step(&core, user, &email).await?,
        false => newcomer.next,
    };
    let browser = Browser::new(old, client, user_agent, &cookies);
    let proven = Proven::First(Cow::Owned(newcomer.key));
    arrive(&core, browser, user, (proven, &target)).await
}

/// An address that nobody has proven: an email goes there, and says the same to everybody here.
pub(crate) async fn ask(
    _: Public,
    (Platform(core), abuse): (Platform, Extension<AbuseFilter>),
    cookies: Cookies,
    client: Client,
    ui: Ui,
    Submitted(form): Submitted<AddressForm>,
) -> Result {
    let Some(newcomer) = read(&core, &cookies) else { return begin_anew() };
    if let Some(shut) = sign_up::shut(&core) {
        return ui.invalid("Sign up", &shut);
    }
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(&core, &ui, (&newcomer, None), answer, None),
    };
    if let Err(spent) = core.limiter.allow(FROM, &client.network().to_string()).await? {
        let answer = FormState::empty().with("email", form.email);
        return draw(&core, &ui, (&newcomer, None), answer, Some(&spent.into()));
    }
    let email = normalise_email(&form.email).unwrap_or_default();
    if let Some(problem) = abuse.address_problem(&email) {
        let answer = FormState::empty().with("email", &email).reject("email", problem);
        return draw(&core, &ui, (&newcomer, None), answer, None);
    }
    sign_up::ask_for_email(&core, email.clone()).await?;
    let mut response = sign_up::sent(&ui, &email)?;
    COOKIE.put(&core, Newcomer { asked: Some(email), ..newcomer }, &mut response)?;
    Ok(response)
}

/// Whoever was invited may join where not everybody may.
async fn may_join(core: &Services, email: &str) -> Result<bool> {
    Ok(match core.config.registration {
        Registration::Open => true,
        Registration::Invited => !waiting_for(&core.store, email).await?.is_empty(),
        Registration::Closed => false,
    })
}

pub(super) fn begin_anew() -> Result {
    let toast = Toast::error("That took too long").text("Start again from here.");
    see_other_with("/login", &toast)
}

fn draw(
    core: &Services,
    ui: &Ui,
    (newcomer, email): (&Newcomer, Option<&str>),
    answer: FormState,
    problem: Option<&Problem>,
) -> Result {
    const TITLE: &str = "Create your account";
    let wrong = answer.is_rejected() || problem.is_some();
    let (csrf, product) = (ui.csrf(), &*core.brand.name);
    let page = Page { newcomer, email, answer, problem, csrf, product };
    if wrong { problem::answer(ui, TITLE, &page, problem) } else { ui.page(TITLE, &page) }
}
