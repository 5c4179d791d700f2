//! The second step of a log-in: a code from the authenticator app, or a recovery code.

use askama::Template;
use platform::{
    Form, Public, Result, Submitted, Ui,
    limits::RateLimit,
    process::{Platform, Services},
    request::{Client, Cookies, CurrentSession, Response, UserAgent},
    see_other, see_other_with,
    ui::{self, Errors, FormState, Toast},
};
use serde::Deserialize;

use super::{
    arrive::{Browser, Proven, arrive},
    pending::{self, Pending},
    problem::{self, Problem},
};
use crate::{
    second_factor::{self, Proof},
    user::KnownBrowser,
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
    csrf: &'a str,
    product: &'a str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct CodeForm {
    pub(super) code: String,
}

impl Form for CodeForm {
    fn check(&self, errors: &mut Errors) {
        errors.ensure(!self.code.trim().is_empty(), "code", "Enter the code.");
    }
}

pub(crate) async fn show(_: Public, Platform(core): Platform, cookies: Cookies, ui: Ui) -> Result {
    match pending::read(&core, &cookies).await? {
        Some(_) => draw(&core, &ui, FormState::empty(), None),
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
        return begin_anew();
    };
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(&core, &ui, answer, None),
    };
    let known = KnownBrowser::of(&cookies);
    let (limit, subject) = match known.knows(&core, user) {
        true => (BROWSER, known.count_of(user)),
        false => (ACCOUNT, user.to_string()),
    };
    if let Err(spent) = core.limiter.allow(limit, &subject).await? {
        return draw(&core, &ui, FormState::empty(), Some(&spent.into()));
    }
    let Some(proof) = second_factor::use_code(&core, user, &form.code).await? else {
        let answer = FormState::empty().with("code", &form.code);
        let text = "This code is wrong or was already used. Enter the one your app shows now.";
        return draw(&core, &ui, answer.reject("code", text), None);
    };
    core.limiter.forgive(limit, &subject).await?;
    let browser = Browser { old, client, user_agent, known };
    let target = match proof {
        // Where new ones are made.
        Proof::Recovery(left) if left <= FEW => "/account/security".to_owned(),
        Proof::Recovery(_) | Proof::App => target,
    };
    let proven = Proven::All(proof.method(&method));
    let mut response: Response = arrive(&core, browser, user, (proven, &target)).await?;
    pending::forget(&mut response);
    Ok(response)
}

fn begin_anew() -> Result {
    let toast = Toast::error("That took too long").text("Log in again.");
    let mut response = see_other_with("/login", &toast)?;
    pending::forget(&mut response);
    Ok(response)
}

fn draw(core: &Services, ui: &Ui, answer: FormState, problem: Option<&Problem>) -> Result {
    const TITLE: &str = "Enter your code";
    let wrong = answer.is_rejected() || problem.is_some();
    let page = Mfa { answer, problem, csrf: ui.csrf(), product: &core.brand.name };
    if wrong { problem::answer(ui, TITLE, &page, problem) } else { ui.page(TITLE, &page) }
}
