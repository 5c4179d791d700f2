//! Before what is grave: the password once more, where it was not asked a short while ago.

use askama::Template;
use platform::{
    Extension, Form, Query, Result, SignedIn, Submitted, Ui, encode_query,
    limits::RateLimit,
    people::{Session, user_by_id},
    process::{Platform, Services},
    request::safe_next,
    see_other,
    ui::{self, Errors, FormState},
};
use serde::Deserialize;

use super::{
    arrive::hold,
    auth::pass,
    passkeys,
    problem::{self, Problem},
    security,
};
use crate::{
    connection,
    passkey::Asked,
    providers::{Providers, Way},
    user,
};

const TRIES: RateLimit = RateLimit::new("prove", 10, 600);
const TITLE: &str = "Confirm it's you";

#[derive(Template)]
#[template(path = "accounts/prove.html")]
struct Prove<'a> {
    answer: FormState,
    problem: Option<&'a Problem>,
    session: &'a Session,
    has_password: bool,
    ways: Vec<Way<'a>>,
    asked: Option<Asked>,
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
    Platform(core): Platform,
    providers: Extension<Providers>,
    Query(Start { next }): Query<Start>,
    ui: Ui,
) -> Result {
    draw((&core, &providers), &ui, &session, FormState::empty().with("next", next), None).await
}

pub(crate) async fn prove(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    providers: Extension<Providers>,
    ui: Ui,
    Submitted(form): Submitted<ProveForm>,
) -> Result {
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw((&core, &providers), &ui, &session, answer, None).await,
    };
    let answer = FormState::empty().with("next", &form.next);
    let person = session.user.to_string();
    if let Err(spent) = core.limiter.allow(TRIES, &person).await? {
        return draw((&core, &providers), &ui, &session, answer, Some(&spent.into())).await;
    }
    let catalog = core.store.catalog();
    let who = user_by_id(catalog, session.user).await?;
    if !user::is_password(catalog, who.as_ref(), &form.password).await? {
        let answer = answer.reject("password", "This is not your password.");
        return draw((&core, &providers), &ui, &session, answer, None).await;
    }
    core.limiter.forgive(TRIES, &person).await?;
    is_them(&core, &session, &form.next).await
}

/// They are who they are, and go on with another token.
pub(super) async fn is_them(core: &Services, session: &Session, next: &str) -> Result {
    let token = core.sessions.prove(session).await?;
    let mut response = see_other(safe_next(next).unwrap_or(security::PATH))?;
    hold(&token, &mut response);
    Ok(response)
}

async fn draw(
    (core, providers): (&Services, &Providers),
    ui: &Ui,
    session: &Session,
    answer: FormState,
    problem: Option<&Problem>,
) -> Result {
    let wrong = answer.is_rejected() || problem.is_some();
    let catalog = core.store.catalog();
    let person = user_by_id(catalog, session.user).await?;
    let has_password = person.is_some_and(|person| !person.password_hash.is_empty());
    let theirs = connection::of_user(catalog, session.user).await?;
    let asked = passkeys::ask(core, session).await?;
    let next = answer.value("next").to_owned();
    let ways = providers.ways(|key| {
        encode_query(&[("prove", &pass(core, session, "prove", key)), ("next", &next)])
    });
    // What a provider says may only be that somebody has not logged out there: for those who have nothing else.
    let is_needed = !has_password && asked.is_none();
    let is_theirs = |way: &Way| is_needed && theirs.iter().any(|one| way.is_of(&one.provider));
    let ways = ways.into_iter().filter(is_theirs).collect();
    let page = Prove { answer, problem, session, has_password, ways, asked, csrf: ui.csrf() };
    if wrong { problem::answer(ui, TITLE, &page, problem) } else { ui.page(TITLE, &page) }
}
