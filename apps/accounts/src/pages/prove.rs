//! Before what is grave: the password once more, where it was not asked a short while ago.

use askama::Template;
use platform::{
    Form, Query, Result, SignedIn, Submitted, Ui,
    limits::RateLimit,
    people::{Session, user_by_id},
    process::Platform,
    request::safe_next,
    see_other,
    ui::{self, Errors, FormState},
};
use serde::Deserialize;

use super::problem::{self, Problem};
use crate::user;

const TRIES: RateLimit = RateLimit::new("prove", 10, 600);
const TITLE: &str = "Confirm it's you";

#[derive(Template)]
#[template(path = "accounts/prove.html")]
struct Prove<'a> {
    answer: FormState,
    problem: Option<&'a Problem>,
    session: &'a Session,
    csrf: &'a str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ProveForm {
    password: String,
    next: String,
}

impl Form for ProveForm {
    const SECRETS: &'static [&'static str] = &["password"];

    fn check(&self, errors: &mut Errors) {
        errors.ensure(!self.password.is_empty(), "password", "Enter your password.");
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Start {
    next: String,
}

/// The way to this page, and then on to `next`: for what asks `Session::is_proved`.
pub(super) fn first(next: &str) -> Result {
    see_other(format!("/account/prove?next={next}"))
}

pub(crate) async fn show(
    SignedIn(session): SignedIn,
    Query(Start { next }): Query<Start>,
    ui: Ui,
) -> Result {
    draw(&ui, &session, FormState::empty().with("next", next), None)
}

pub(crate) async fn prove(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    ui: Ui,
    Submitted(form): Submitted<ProveForm>,
) -> Result {
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(&ui, &session, answer, None),
    };
    let answer = FormState::empty().with("next", &form.next);
    let person = session.user.to_string();
    if let Err(spent) = core.limiter.allow(TRIES, &person).await? {
        return draw(&ui, &session, answer, Some(&spent.into()));
    }
    let catalog = core.store.catalog();
    let who = user_by_id(catalog, session.user).await?;
    if !user::is_password(catalog, who.as_ref(), &form.password).await? {
        let answer = answer.reject("password", "This is not your password.");
        return draw(&ui, &session, answer, None);
    }
    core.limiter.forgive(TRIES, &person).await?;
    core.sessions.prove(&session).await?;
    see_other(safe_next(&form.next).unwrap_or("/account/security"))
}

fn draw(ui: &Ui, session: &Session, answer: FormState, problem: Option<&Problem>) -> Result {
    let wrong = answer.is_rejected() || problem.is_some();
    let page = Prove { answer, problem, session, csrf: ui.csrf() };
    if wrong { problem::answer(ui, TITLE, &page, problem) } else { ui.page(TITLE, &page) }
}
