//! Signing in with e-mail and password, and on to the workspace.

use askama::Template;
use platform::{
    Extension, Form, Public, Query, Result, Submitted, Ui, encode_query,
    process::{Platform, Services},
    request::{Client, Cookies, CurrentSession, UserAgent, has_saved_form, safe_next},
    see_other,
    ui::{self, Errors, FormState},
    workspaces::Slug,
};
use serde::Deserialize;

use super::{
    arrive::{Browser, Proven, arrive, landing},
    problem::{self, Problem},
};
use crate::{
    passkey::{self, Asked},
    providers::{Providers, Way},
    user::{self, Attempt, KnownBrowser, LogIn},
};

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignIn<'a> {
    answer: FormState,
    problem: Option<&'a Problem>,
    /// Why a page asked to log in, when nobody pressed “Log in”.
    note: Option<&'static str>,
    ways: Vec<Way<'a>>,
    asked: Asked,
    csrf: &'a str,
    /// Where one goes: the product, or the host of the workspace one came from.
    place: String,
}

impl SignIn<'_> {
    /// Where one asks for an email instead.
    fn by_email(&self) -> String {
        match self.answer.value("next") {
            "" => "/login/link".to_owned(),
            next => format!("/login/link?{}", encode_query(&[("next", next)])),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Start {
    next: String,
    ended: String,
    /// After a new password, whose it is.
    email: String,
}

const ENDED: &str = "Log in to continue where you left off.";
const KEPT: &str = "Log in to continue where you left off. What you typed is still there.";

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct SignInForm {
    email: String,
    password: String,
    next: String,
}

impl Form for SignInForm {
    const SECRETS: &'static [&'static str] = &["password"];

    fn check(&self, errors: &mut Errors) {
        errors.ensure(!self.email.trim().is_empty(), "email", "Enter your email address.");
        errors.ensure(!self.password.is_empty(), "password", "Enter your password.");
    }
}

pub(crate) async fn show(
    _: Public,
    Platform(core): Platform,
    providers: Extension<Providers>,
    CurrentSession(session): CurrentSession,
    Query(Start { next, ended, email }): Query<Start>,
    ui: Ui,
) -> Result {
    if session.is_some() {
        return see_other(safe_next(&next).unwrap_or("/workspaces"));
    }
    let note = (ended == "yes").then(|| if has_saved_form(&next) { KEPT } else { ENDED });
    let answer = FormState::empty().with("next", next).with("email", email);
    draw((&core, &providers), ui, answer, None, note)
}

pub(crate) async fn sign_in(
    _: Public,
    (Platform(core), providers): (Platform, Extension<Providers>),
    CurrentSession(old): CurrentSession,
    cookies: Cookies,
    (client, UserAgent(user_agent)): (Client, UserAgent),
    ui: Ui,
    Submitted(form): Submitted<SignInForm>,
) -> Result {
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw((&core, &providers), ui, answer, None, None),
    };
    let known = KnownBrowser::of(&cookies);
    let attempt = Attempt { browser: &known, client, email: &form.email };
    let problem = match user::log_in(&core, attempt, &form.password).await? {
        LogIn::Good(person) => {
            let user = person.id;
            let target = match safe_next(&form.next) {
                Some(next) => next.to_owned(),
                None => landing(&core, user).await?,
            };
            let browser = Browser::new(old, client, user_agent, &cookies);
            return arrive(&core, browser, user, (Proven::First("password".into()), &target)).await;
        }
        LogIn::Mismatch => {
            Problem::new("That email and password don't match", "Check both and try again.")
        }
        LogIn::TooMany(spent) => spent.into(),
    };
    let answer = FormState::empty().with("email", &form.email).with("next", &form.next);
    draw((&core, &providers), ui, answer, Some(&problem), None)
}

fn draw(
    (core, providers): (&Services, &Providers),
    ui: Ui,
    answer: FormState,
    problem: Option<&Problem>,
    note: Option<&'static str>,
) -> Result {
    let ui = ui.corner("New here?", "Sign up", "/signup");
    let place = place(core, answer.value("next"));
    let wrong = answer.is_rejected() || problem.is_some();
    let ways = providers.to_log_in(answer.value("next"));
    let asked = passkey::ask_anybody(core)?;
    let page = SignIn { answer, problem, note, ways, asked, csrf: ui.csrf(), place };
    if wrong { problem::answer(&ui, "Log in", &page, problem) } else { ui.page("Log in", &page) }
}

/// Whoever was sent here from a workspace's address reads it again. It is taken from the link alone:
/// whether there is such a workspace, and what it is called, strangers are not told.
fn place(core: &Services, next: &str) -> String {
    let query = next.strip_prefix("/cross?").unwrap_or_default();
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let slug = pairs.into_iter().find(|(name, _)| name == "tenant").map(|(_, slug)| slug);
    match slug.filter(|slug| Slug::is_well_formed(slug)) {
        Some(slug) => {
            let origin = core.config.workspace_origin(&slug);
            origin.split_once("://").map_or(origin.clone(), |(_, host)| host.to_owned())
        }
        None => core.brand.name.clone(),
    }
}
