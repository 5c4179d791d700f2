//! The first step of a sign-up: an address, and an email to it. Everybody sees the same.

use askama::Template;
use platform::{
    Extension, Form, Later, Public, Result, Submitted, Ui,
    catalog::CatalogTx,
    limits::{EmailKind, EmailPermit, RateLimit},
    people::{Registration, normalise_email},
    process::{Platform, Services},
    request::{Client, CurrentSession},
    ui::{self, Errors, FormState},
};
use serde::Deserialize;

use super::{
    captcha,
    problem::{self, Problem},
};
use crate::{
    abuse::{AbuseFilter, Widget},
    jobs::{AnswerSignUp, SIGN_UP_EMAIL},
    providers::{Providers, Way},
};

/// Addresses asked about from one network.
const FROM: RateLimit = RateLimit::new("signup_from", 20, 60);

#[derive(Template)]
#[template(path = "accounts/sign_up.html")]
struct SignUp<'a> {
    answer: FormState,
    problem: Option<&'a Problem>,
    ways: Vec<Way<'a>>,
    csrf: &'a str,
    product: &'a str,
    widget: Option<Widget>,
}

/// The page after any request for an email; says what would have been sent, never what was.
#[derive(Template)]
#[template(path = "accounts/check_mail.html")]
pub(super) struct CheckMail<'a> {
    pub(super) email: &'a str,
    /// What the email is for.
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
    /// What the widget against programs answers.
    #[serde(default)]
    pub(super) captcha: String,
}

impl Form for AddressForm {
    fn check(&self, errors: &mut Errors) {
        let good = normalise_email(&self.email).is_some();
        errors.ensure(good, "email", "Enter a full address, like maya@example.com.");
    }
}

/// What the widget against programs calls the form.
const ACTION: &str = "sign_up";

/// Where emails are in development, in whichever app keeps them.
pub(super) const MAILBOX: &str = "/dev/mail";

pub(crate) async fn show(
    _: Public,
    Platform(core): Platform,
    (providers, abuse): (Extension<Providers>, Extension<AbuseFilter>),
    CurrentSession(session): CurrentSession,
    ui: Ui,
) -> Result {
    if session.is_some() {
        return platform::see_other("/workspaces/new");
    }
    if let Some(shut) = shut(&core) {
        return ui.corner("Have an account?", "Log in", "/login").page("Sign up", &shut);
    }
    draw(&core, (&providers, &abuse), ui, FormState::empty(), None)
}

/// Where not everybody may sign up.
#[derive(Template)]
#[template(path = "accounts/registration_shut.html")]
pub(super) struct RegistrationClosed {
    text: &'static str,
}

pub(super) fn shut(core: &Services) -> Option<RegistrationClosed> {
    let text = match core.config.registration {
        Registration::Open => return None,
        Registration::Invited => {
            "Sign-up is by invitation. Ask a workspace owner or admin to invite you by email."
        }
        Registration::Closed => "New sign-ups are closed. If you already have an account, log in.",
    };
    Some(RegistrationClosed { text })
}

/// The page for an invited person where no accounts are made at all.
pub(super) fn refuse(core: &Services, ui: &Ui) -> Result {
    match shut(core) {
        Some(shut) => ui.draw(platform::Error::Forbidden.status(), "Sign up", &shut),
        None => platform::see_other("/signup"),
    }
}

pub(crate) async fn request(
    _: Public,
    Platform(core): Platform,
    (providers, abuse): (Extension<Providers>, Extension<AbuseFilter>),
    client: Client,
    ui: Ui,
    Submitted(form): Submitted<AddressForm>,
) -> Result {
    if let Some(shut) = shut(&core) {
        return ui.invalid("Sign up", &shut);
    }
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(&core, (&providers, &abuse), ui, answer, None),
    };
    let answer = FormState::empty().with("email", &form.email);
    if let Err(spent) = core.limiter.allow(FROM, &client.network().to_string()).await? {
        return draw(&core, (&providers, &abuse), ui, answer, Some(&spent.into()));
    }
    let email = normalise_email(&form.email).unwrap_or_default();
    if let Some(problem) = abuse.address_problem(&email) {
        let answer = answer.reject("email", problem);
        return draw(&core, (&providers, &abuse), ui, answer, None);
    }
    let shown = (ACTION, &*form.captcha);
    if let Some(problem) = captcha::problem(&abuse, client, shown).await? {
        return draw(&core, (&providers, &abuse), ui, answer, Some(&problem));
    }
    ask_for_email(&core, email.clone()).await?;
    sent(&ui, &email)
}

fn draw(
    core: &Services,
    (providers, abuse): (&Providers, &AbuseFilter),
    ui: Ui,
    answer: FormState,
    problem: Option<&Problem>,
) -> Result {
    let ui = ui.corner("Have an account?", "Log in", "/login");
    let wrong = answer.is_rejected() || problem.is_some();
    let ways = providers.to_log_in("");
    let (csrf, product, widget) = (ui.csrf(), &*core.brand.name, abuse.widget(ACTION));
    let page = SignUp { answer, problem, ways, csrf, product, widget };
    captcha::shown(
        abuse,
        match wrong {
            true => problem::answer(&ui, "Sign up", &page, problem),
            false => ui.page("Sign up", &page),
        },
    )
}

/// Has the email of a sign-up sent, unless one went out a moment ago. Counted in the transaction that
/// leaves it, so that no kill leaves a person waiting for an email that nobody writes.
pub(super) async fn ask_for_email(core: &Services, email: String) -> Result<()> {
    let tx = core.store.catalog().begin().await?;
    if let Some(permit) = permit(core, &tx, SIGN_UP_EMAIL, &email).await? {
        AnswerSignUp { email, permit }.later(&tx).await?;
    }
    Ok(tx.commit().await?)
}

/// May another email of this kind go to an address? Pages say the same either way.
pub(super) async fn permit(
    core: &Services,
    tx: &CatalogTx,
    kind: EmailKind,
    email: &str,
) -> Result<Option<EmailPermit>> {
    Ok(core.limiter.may_email(tx, kind, email, "").await?.ok())
}

pub(super) fn sent(ui: &Ui, email: &str) -> Result {
    let text = "Use the link in it to finish signing up. It works for 24 hours, on any device.";
    let is_kept = ui.has_dev_page(MAILBOX);
    let page = CheckMail { email, text, again: "/signup", is_kept, csrf: ui.csrf() };
    ui.page("Check your email", &page)
}
