//! A forgotten password: an address, and an email to it. Everybody sees the same.

use askama::Template;
use platform::{
    Extension, Later, Public, Query, Result, Submitted, Ui,
    limits::RateLimit,
    people::normalise_email,
    process::Platform,
    request::Client,
    ui::{self, FormState},
};

use serde::Deserialize;

use super::{
    captcha,
    problem::{self, Problem},
    sign_up::{AddressForm, CheckMail, MAILBOX, permit},
};
use crate::{
    abuse::{AbuseFilter, Widget},
    jobs::{AnswerForgotten, FORGOTTEN_EMAIL},
};

/// What the widget against programs calls the form.
const ACTION: &str = "forgot";

/// Addresses asked about from one network.
const FROM: RateLimit = RateLimit::new("forgot_from", 20, 60);

#[derive(Template)]
#[template(path = "accounts/forgot.html")]
struct Forgot<'a> {
    answer: FormState,
    problem: Option<&'a Problem>,
    csrf: &'a str,
    widget: Option<Widget>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Start {
    email: String,
}

pub(crate) async fn show(
    _: Public,
    abuse: Extension<AbuseFilter>,
    Query(Start { email }): Query<Start>,
    ui: Ui,
) -> Result {
    draw(&ui, &abuse, FormState::empty().with("email", email), None)
}

pub(crate) async fn request(
    _: Public,
    (Platform(core), abuse): (Platform, Extension<AbuseFilter>),
    client: Client,
    ui: Ui,
    Submitted(form): Submitted<AddressForm>,
) -> Result {
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(&ui, &abuse, answer, None),
    };
    if let Err(spent) = core.limiter.allow(FROM, &client.network().to_string()).await? {
        let answer = FormState::empty().with("email", form.email);
        return draw(&ui, &abuse, answer, Some(&spent.into()));
    }
    let shown = (ACTION, &*form.captcha);
    if let Some(problem) = captcha::problem(&abuse, client, shown).await? {
        let answer = FormState::empty().with("email", form.email);
        return draw(&ui, &abuse, answer, Some(&problem));
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

fn draw(ui: &Ui, abuse: &AbuseFilter, answer: FormState, problem: Option<&Problem>) -> Result {
    let wrong = answer.is_rejected() || problem.is_some();
    let page = Forgot { answer, problem, csrf: ui.csrf(), widget: abuse.widget(ACTION) };
    let title = "Forgot password";
    captcha::shown(
        abuse,
        match wrong {
            true => problem::answer(ui, title, &page, problem),
            false => ui.page(title, &page),
        },
    )
}
