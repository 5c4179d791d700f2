//! Signing in with e-mail and password, and on to the workspace.

use askama::Template;
use platform::{
    Form, Public, Query, Result, Submitted, Ui, UserId, see_other,
    spine::{
        Client, Core, CurrentSession, IntoResponse, Limit, NewSession, Response, SESSION_COOKIE,
        SetCookie, Spine, UserAgent, normalise_email, safe_next,
    },
    ui::{self, Answer, Errors},
};
use serde::Deserialize;

use crate::user;

const TRIES: Limit = Limit::new("login", 30, 60);
const FAILED_FROM: Limit = Limit::new("login_failed_from", 10, 60);
const FAILED_FOR: Limit = Limit::new("login_failed_for", 5, 300);

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignIn<'a> {
    answer: Answer,
    problem: Option<(&'static str, &'static str)>,
    csrf: &'a str,
    product: &'a str,
}

#[derive(Default, Deserialize)]
pub(crate) struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
pub(crate) struct SignInForm {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

impl Form for SignInForm {
    fn check(&self, errors: &mut Errors) {
        errors.unless(!self.email.trim().is_empty(), "email", "Type your e-mail address.");
        errors.unless(!self.password.is_empty(), "password", "Type your password.");
    }
}

pub(crate) async fn show(
    _: Public,
    Spine(core): Spine,
    CurrentSession(session): CurrentSession,
    Query(Next { next }): Query<Next>,
    ui: Ui,
) -> Result {
    if session.is_some() {
        return see_other(safe_next(&next).unwrap_or("/workspaces"));
    }
    let answer = Answer::empty().with("next", next);
    let page = SignIn { answer, problem: None, csrf: ui.csrf(), product: &core.brand.name };
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
            let page = SignIn { answer, problem: None, csrf: ui.csrf(), product };
            return ui.invalid("Log in", &page);
        }
    };
    let found = match check(&core, client, &form).await? {
        Ok(user) => user,
        Err(problem) => {
            let answer = Answer::empty().with("email", &form.email).with("next", &form.next);
            let page = SignIn { answer, problem: Some(problem), csrf: ui.csrf(), product };
            return ui.invalid("Log in", &page);
        }
    };
    // Somebody else's session in this browser must not live on behind the new one.
    if let Some(old) = old {
        core.sessions.end(old.user, old.id).await?;
    }
    let user = UserId(found.id);
    let token = core
        .sessions
        .open(NewSession {
            user,
            parent: None,
            tenant: None,
            born: None,
            method: "password",
            user_agent,
            address: client.address.to_string(),
        })
        .await?;
    let target = match safe_next(&form.next) {
        Some(next) => next.to_owned(),
        None => landing(&core, user).await?,
    };
    let mut response: Response = see_other(target)?.into_response();
    let ninety_days = std::time::Duration::from_secs(90 * 24 * 3600);
    SetCookie::new(SESSION_COOKIE, token.expose(), Some(ninety_days)).put(&mut response);
    Ok(response)
}

type Problem = (&'static str, &'static str);
const MISMATCH: Problem = ("That email and password do not match", "Check both and try again.");
const TOO_MANY: Problem =
    ("Too many tries", "For safety we stopped looking at them. Wait five minutes and try again.");

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

/// Where the person was last; the only workspace; or the list to choose from.
async fn landing(core: &Core, user: UserId) -> Result<String> {
    let belongings = core.belongings.of(user).await?;
    let open: Vec<_> = belongings.iter().filter(|one| one.is_open()).collect();
    let last = open.iter().filter(|one| one.used_at.is_some()).max_by_key(|one| one.used_at);
    let one = match (last, open.as_slice()) {
        (Some(one), _) => one,
        (None, [one]) => one,
        _ => return Ok("/workspaces".into()),
    };
    Ok(format!("{}/", core.config.workspace_origin(&one.slug)))
}
