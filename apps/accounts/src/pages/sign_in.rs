//! Signing in with e-mail and password, and on to the workspace.

use askama::Template;
use platform::{
    Form, Public, Query, Result, Submitted, Ui, UserId, see_other,
    spine::{
        Client, Core, CurrentSession, Limit, Spine, UserAgent, is_kept_for, normalise_email,
        safe_next,
    },
    ui::{self, Answer, Errors},
};
use serde::Deserialize;

use super::arrive::{Browser, arrive, landing};
use crate::user;

const TRIES: Limit = Limit::new("login", 30, 60);
const FAILED_FROM: Limit = Limit::new("login_failed_from", 10, 60);
pub(super) const FAILED_FOR: Limit = Limit::new("login_failed_for", 5, 300);

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignIn<'a> {
    answer: Answer,
    problem: Option<(&'static str, &'static str)>,
    /// Why a page asked to log in, when nobody pressed “Log in”.
    note: Option<&'static str>,
    csrf: &'a str,
    product: &'a str,
}

#[derive(Default, Deserialize)]
pub(crate) struct Next {
    #[serde(default)]
    next: String,
    #[serde(default)]
    ended: String,
}

const ENDED: &str = "Log in again to go on where you were.";
const KEPT: &str = "Log in again to go on where you were. What you typed is still there.";

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct SignInForm {
    email: String,
    password: String,
    next: String,
}

impl Form for SignInForm {
    fn check(&self, errors: &mut Errors) {
        errors.unless(!self.email.trim().is_empty(), "email", "Type your email address.");
        errors.unless(!self.password.is_empty(), "password", "Type your password.");
    }
}

pub(crate) async fn show(
    _: Public,
    Spine(core): Spine,
    CurrentSession(session): CurrentSession,
    Query(Next { next, ended }): Query<Next>,
    ui: Ui,
) -> Result {
    if session.is_some() {
        return see_other(safe_next(&next).unwrap_or("/workspaces"));
    }
    let note = (ended == "yes").then(|| if is_kept_for(&next) { KEPT } else { ENDED });
    let answer = Answer::empty().with("next", next);
    let ui = ui.corner("New here?", "Sign up", "/signup");
    let page = SignIn { answer, problem: None, note, csrf: ui.csrf(), product: &core.brand.name };
    ui.page("Log in", &page)
}

pub(crate) async fn sign_in(
    _: Public,
    Spine(core): Spine,
    CurrentSession(old): CurrentSession,
    client: Client,
    UserAgent(user_agent): UserAgent,
    ui: Ui,
    Submitted(form): Submitted<SignInForm>,
) -> Result {
    let product = core.brand.name.as_str();
    let form = match form {
        Ok(form) => form,
        Err(answer) => {
            let page = SignIn { answer, problem: None, note: None, csrf: ui.csrf(), product };
            return ui.invalid("Log in", &page);
        }
    };
    let found = match check(&core, client, &form).await? {
        Ok(user) => user,
        Err(problem) => {
            let answer = Answer::empty().with("email", &form.email).with("next", &form.next);
            let page =
                SignIn { answer, problem: Some(problem), note: None, csrf: ui.csrf(), product };
            return ui.invalid("Log in", &page);
        }
    };
    let user = UserId(found.id);
    let target = match safe_next(&form.next) {
        Some(next) => next.to_owned(),
        None => landing(&core, user).await?,
    };
    arrive(&core, Browser { old, client, user_agent }, user, ("password", &target)).await
}

type Problem = (&'static str, &'static str);
const MISMATCH: Problem = ("That email and password do not match", "Check both and try again.");
const TOO_MANY: Problem = ("Too many attempts", "Try again in 5 minutes.");

/// Counts before it looks, and says the same whatever is wrong.
async fn check(
    core: &Core,
    client: Client,
    form: &SignInForm,
) -> Result<Result<platform::spine::entity::user::Model, Problem>> {
    let network = client.network().to_string();
    let email = normalise_email(&form.email).unwrap_or_default();
    let limits = core.config.rate_limits;
    if limits
        && (!core.attempts.allow(TRIES, &network).await?
            || core.attempts.is_spent(FAILED_FROM, &network).await?
            || core.attempts.is_spent(FAILED_FOR, &email).await?)
    {
        return Ok(Err(TOO_MANY));
    }
    match user::authenticate(core.store.catalog(), &email, &form.password).await? {
        Some(user) => {
            core.attempts.forgive(FAILED_FOR, &email).await?;
            Ok(Ok(user))
        }
        None => {
            core.attempts.allow(FAILED_FROM, &network).await?;
            core.attempts.allow(FAILED_FOR, &email).await?;
            Ok(Err(MISMATCH))
        }
    }
}
