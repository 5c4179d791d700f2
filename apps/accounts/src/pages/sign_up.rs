//! The first step of a sign-up: an address, and a letter to it. Everybody sees the same.

use askama::Template;
use platform::{
    Form, Job, Later, Public, Result, Submitted, Ui,
    spine::{Attempts, Client, Core, CurrentSession, Limit, Registration, Spine, normalise_email},
    ui::{self, Answer, Errors},
};
use serde::Deserialize;

use crate::jobs::AnswerSignUp;

const FROM: Limit = Limit::new("signup_from", 20, 60);
/// One letter to an address in three minutes.
const LETTER: Limit = Limit::new("letter_to", 1, 180);

#[derive(Template)]
#[template(path = "accounts/sign_up.html")]
struct SignUp<'a> {
    answer: Answer,
    problem: Option<(&'static str, &'static str)>,
    csrf: &'a str,
    product: &'a str,
}

/// The page after any request for a letter; says what would have been sent, never what was.
#[derive(Template)]
#[template(path = "accounts/check_mail.html")]
pub(super) struct CheckMail<'a> {
    pub(super) email: &'a str,
    /// What the letter is for.
    pub(super) text: &'static str,
    /// Where to ask again.
    pub(super) again: &'static str,
    /// Whether emails are kept here instead of being sent.
    pub(super) is_kept: bool,
    pub(super) csrf: &'a str,
}

#[derive(Deserialize)]
pub(crate) struct AddressForm {
    #[serde(default)]
    pub(super) email: String,
}

impl Form for AddressForm {
    fn check(&self, errors: &mut Errors) {
        let good = normalise_email(&self.email).is_some();
        errors.unless(good, "email", "Enter a full address, like maya@example.com.");
    }
}

/// Where emails are in development, in whichever app keeps them.
pub(super) const MAILBOX: &str = "/dev/mail";

pub(super) const TOO_MANY: (&str, &str) = ("Too many attempts", "Try again in a minute.");

pub(crate) async fn show(
    _: Public,
    Spine(core): Spine,
    CurrentSession(session): CurrentSession,
    ui: Ui,
) -> Result {
    if session.is_some() {
        return platform::see_other("/workspaces/new");
    }
    if let Some(shut) = shut(&core) {
        return ui.corner("Have an account?", "Log in", "/login").page("Sign up", &shut);
    }
    draw(&core, ui, Answer::empty(), None)
}

/// Where not everybody may sign up.
#[derive(Template)]
#[template(path = "accounts/registration_shut.html")]
struct Shut {
    text: &'static str,
}

fn shut(core: &Core) -> Option<Shut> {
    let text = match core.config.registration {
        Registration::Open => return None,
        Registration::Invited => {
            "Sign-up is by invitation. Ask a workspace owner or admin to invite you by email."
        }
        Registration::Closed => "New sign-ups are closed. If you already have an account, log in.",
    };
    Some(Shut { text })
}

/// The page for an invited person where no accounts are made at all.
pub(super) fn refuse(core: &Core, ui: &Ui) -> Result {
    match shut(core) {
        Some(shut) => ui.draw(platform::Error::Forbidden.status(), "Sign up", &shut),
        None => platform::see_other("/signup"),
    }
}

pub(crate) async fn request(
    _: Public,
    Spine(core): Spine,
    client: Client,
    ui: Ui,
    Submitted(form): Submitted<AddressForm>,
) -> Result {
    if let Some(shut) = shut(&core) {
        return ui.invalid("Sign up", &shut);
    }
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(&core, ui, answer, None),
    };
    if core.config.rate_limits && !core.attempts.allow(FROM, &client.network().to_string()).await? {
        return draw(&core, ui, Answer::empty().with("email", form.email), Some(TOO_MANY));
    }
    let email = normalise_email(&form.email).unwrap_or_default();
    ask_for_letter(&core, email.clone()).await?;
    sent(&ui, &email)
}

fn draw(
    core: &Core,
    ui: Ui,
    answer: Answer,
    problem: Option<(&'static str, &'static str)>,
) -> Result {
    let ui = ui.corner("Have an account?", "Log in", "/login");
    let wrong = answer.is_rejected() || problem.is_some();
    let page = SignUp { answer, problem, csrf: ui.csrf(), product: &core.brand.name };
    if wrong { ui.invalid("Sign up", &page) } else { ui.page("Sign up", &page) }
}

/// Has the letter of a sign-up sent.
pub(super) async fn ask_for_letter(core: &Core, email: String) -> Result<()> {
    send(core, &format!("signup {email}"), AnswerSignUp { email }).await
}

/// Has a letter sent, unless one went out a moment ago. Counted in the transaction that leaves it, so
/// that no kill leaves a person waiting for a letter that nobody writes.
pub(super) async fn send(core: &Core, counted: &str, letter: impl Job) -> Result<()> {
    let tx = core.store.catalog().begin().await?;
    if Attempts::allow_in(&tx, LETTER, counted).await? {
        letter.later(&tx).await?;
    }
    Ok(tx.commit().await?)
}

pub(super) fn sent(ui: &Ui, email: &str) -> Result {
    let text = "Use the link in it to finish signing up. It works for 24 hours, on any device.";
    let is_kept = ui.has_dev_page(MAILBOX);
    let page = CheckMail { email, text, again: "/signup", is_kept, csrf: ui.csrf() };
    ui.page("Check your email", &page)
}
