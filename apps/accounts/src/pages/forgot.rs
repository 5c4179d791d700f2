//! A forgotten password: an address, and a letter to it. Everybody sees the same.

use askama::Template;
use platform::{
    Public, Result, Submitted, Ui,
    spine::{Client, Limit, Spine, normalise_email},
    ui::{self, Answer},
};

use super::sign_up::{AddressForm, CheckMail, MAILBOX, TOO_MANY, send};
use crate::jobs::AnswerForgotten;

const FROM: Limit = Limit::new("forgot_from", 20, 60);

#[derive(Template)]
#[template(path = "accounts/forgot.html")]
struct Forgot<'a> {
    answer: Answer,
    problem: Option<(&'static str, &'static str)>,
    csrf: &'a str,
}

pub(crate) async fn show(_: Public, ui: Ui) -> Result {
    draw(&ui, Answer::empty(), None)
}

pub(crate) async fn request(
    _: Public,
    Spine(core): Spine,
    client: Client,
    ui: Ui,
    Submitted(form): Submitted<AddressForm>,
) -> Result {
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(&ui, answer, None),
    };
    if core.config.rate_limits && !core.attempts.allow(FROM, &client.network().to_string()).await? {
        return draw(&ui, Answer::empty().with("email", form.email), Some(TOO_MANY));
    }
    let email = normalise_email(&form.email).unwrap_or_default();
    send(&core, &format!("forgot {email}"), AnswerForgotten { email: email.clone() }).await?;
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

fn draw(ui: &Ui, answer: Answer, problem: Option<(&'static str, &'static str)>) -> Result {
    let wrong = answer.is_rejected() || problem.is_some();
    let page = Forgot { answer, problem, csrf: ui.csrf() };
    if wrong { ui.invalid("Forgot password", &page) } else { ui.page("Forgot password", &page) }
}
