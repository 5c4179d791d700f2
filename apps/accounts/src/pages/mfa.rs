//! The second step of a log-in: a code from the authenticator app, or a recovery code.

use askama::Template;
use platform::{
    Form, Public, Result, Submitted, Ui, UserId,
    limits::RateLimit,
    process::{Platform, Services},
    request::{Client, Cookies, CurrentSession, Response, UserAgent},
    see_other,
    ui::{self, Errors, FormState},
};
use serde::Deserialize;

use super::{
    arrive::{Browser, Proven, arrive},
    pending::{self, Pending},
    problem::{self, Problem},
};
use crate::{
    passkey::{self, Asked},
    second_factor::{self, Proof},
};

/// Codes for one account, from browsers that it was never logged in with. Only who knows the password can
/// use it up.
const ACCOUNT: RateLimit = RateLimit::new("second_step", 5, 900);
/// In a browser that the person logged in with before.
const BROWSER: RateLimit = RateLimit::new("second_step_browser", 10, 900);

/// So few recovery codes are left that it is time for new ones.
const FEW: u64 = 3;

#[derive(Template)]
#[template(path = "accounts/mfa.html")]
struct Mfa<'a> {
    answer: FormState,
    problem: Option<&'a Problem>,
    /// Whether codes come from an app, or only from the list of recovery codes.
    has_app: bool,
    /// For whoever has a key.
    asked: Option<Asked>,
    csrf: &'a str,
    product: &'a str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct CodeForm {
    pub(super) code: String,
    /// `true`: this device is asked for no more codes for a while.
    pub(super) trust: String,
}

impl Form for CodeForm {
    fn check(&self, errors: &mut Errors) {
        errors.ensure(!self.code.trim().is_empty(), "code", "Enter the code.");
    }
}

pub(crate) async fn show(_: Public, Platform(core): Platform, cookies: Cookies, ui: Ui) -> Result {
    match pending::read(&core, &cookies).await? {
        Some(waiting) => draw(&core, &ui, waiting.user, FormState::empty(), None).await,
        None => see_other("/login"),
    }
}

pub(crate) async fn check(
    _: Public,
    Platform(core): Platform,
    CurrentSession(old): CurrentSession,
    cookies: Cookies,
    (client, UserAgent(user_agent)): (Client, UserAgent),
    ui: Ui,
    Submitted(form): Submitted<CodeForm>,
) -> Result {
    let Some(Pending { user, method, target, .. }) = pending::read(&core, &cookies).await? else {
        return pending::begin_anew();
    };
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(&core, &ui, user, answer, None).await,
    };
    let browser = Browser::new(old, client, user_agent, &cookies);
    let known = &browser.known;
    let (limit, subject) = match known.knows(&core, user) {
        true => (BROWSER, known.count_of(user)),
        false => (ACCOUNT, user.to_string()),
    };
    if let Err(spent) = core.limiter.allow(limit, &subject).await? {
        return draw(&core, &ui, user, FormState::empty(), Some(&spent.into())).await;
    }
    let Some(proof) = second_factor::use_code(&core, user, &form.code).await? else {
        let answer = FormState::empty().with("code", &form.code).with("trust", &form.trust);
        let text = "This code is wrong or was already used. Enter the one your app shows now.";
        return draw(&core, &ui, user, answer.reject("code", text), None).await;
    };
    core.limiter.forgive(limit, &subject).await?;
    let target = match proof {
        // Where new ones are made.
        Proof::Recovery(left) if left <= FEW => "/account/security".to_owned(),
        Proof::Recovery(_) | Proof::App => target,
    };
    let proven = Proven::All(proof.method(&method));
    is_in(&core, browser, user, (proven, &target), &form.trust).await
}

/// They are in; and where they want it, this device is asked for the second step no more for a while.
pub(super) async fn is_in(
    core: &Services,
    browser: Browser,
    user: UserId,
    to: (Proven, &str),
    trust: &str,
) -> Result {
    let browser = Browser { wants_trust: trust == "true", ..browser };
    let mut response: Response = arrive(core, browser, user, to).await?;
    pending::forget(&mut response);
    Ok(response)
}

async fn draw(
    core: &Services,
    ui: &Ui,
    user: UserId,
    answer: FormState,
    problem: Option<&Problem>,
) -> Result {
    let has_app = second_factor::has_app(core.store.catalog(), user).await?;
    let asked = passkey::ask(core, user, false).await?;
    let title = if has_app { "Enter your code" } else { "Use your security key" };
    let wrong = answer.is_rejected() || problem.is_some();
    let (csrf, product) = (ui.csrf(), &*core.brand.name);
    let page = Mfa { answer, problem, has_app, asked, csrf, product };
    if wrong { problem::answer(ui, title, &page, problem) } else { ui.page(title, &page) }
}
