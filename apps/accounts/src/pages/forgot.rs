//! A forgotten password: an address, and an email to it. Everybody sees the same.

use askama::Template;
use platform::{
    Later, Public, Query, Result, Submitted, Ui,
    limits::RateLimit,
    people::normalise_email,
    process::Platform,
    request::Client,
    ui::{self, FormState},
};

use serde::Deserialize;

use super::{
    problem::{self, Problem},
    sign_up::{AddressForm, CheckMail, MAILBOX, permit},
};
use crate::jobs::{AnswerForgotten, FORGOTTEN_EMAIL};

/// Addresses asked about from one network.
const FROM: RateLimit = RateLimit::new("forgot_from", 20, 60);

#[derive(Template)]
#[template(path = "accounts/forgot.html")]
struct Forgot<'a> {
    answer: FormState,
    problem: Option<&'a Problem>,
    csrf: &'a str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Start {
    email: String,
}

pub(crate) async fn show(_: Public, Query(Start { email }): Query<Start>, ui: Ui) -> Result {
    draw(&ui, FormState::empty().with("email", email), None)
}

pub(crate) async fn request(
    _: Public,
    Platform(core): Platform,
    client: Client,
    ui: Ui,
    Submitted(form): Submitted<AddressForm>,
) -> Result {
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(&ui, answer, None),
    };
    if let Err(spent) = core.limiter.allow(FROM, &client.network().to_string()).await? {
        return draw(&ui, FormState::empty().with("email", form.email), Some(&spent.into()));
    }
    let email = normalise_email(&form.email).unwrap_or_default();
    let tx = core.store.catalog().begin().await?;
    if let Some(permit) = permit(&core, &tx, FORGOTTEN_EMAIL, &email).await? {
        AnswerForgotten { email: email.clone(), permit }.later(&tx).await?;
    }
    tx.commit().await?;
    let text = "Use the link in it to choose a new password. It works once, for one hour.";
    let page = CheckMail {
        email: &email,
        text,
        again: "/forgot",
        is_kept: ui.has_dev_page(MAILBOX),
        csrf: ui.csrf(),
    };
    ui.page("Check your email", &page)
}

fn draw(ui: &Ui, answer: FormState, problem: Option<&Problem>) -> Result {
    let wrong = answer.is_rejected() || problem.is_some();
    let page = Forgot { answer, problem, csrf: ui.csrf() };
    let title = "Forgot password";
    if wrong { problem::answer(ui, title, &page, problem) } else { ui.page(title, &page) }
}
