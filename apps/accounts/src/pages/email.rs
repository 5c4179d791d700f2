//! The address one logs in with: another one, confirmed by whoever reads mail there and is logged in here; and back.

use askama::Template;
use platform::{
    Extension, Form, Later, Public, Query, Result, SignedIn, Submitted, Ui, encode_query,
    limits::RateLimit,
    people::{Session, normalise_email},
    process::Platform,
    request::{Client, UserAgent},
    see_other_with,
    ui::{self, Errors, FormState, Toast},
};
use serde::Deserialize;

use super::{
    account::browser,
    arrive::hold,
    confirm::{WithToken, gone},
    problem::{self, Problem},
    sign_up::{CheckMail, MAILBOX, permit},
};
use crate::{
    abuse::AbuseFilter,
    jobs::{AskNewEmail, NEW_EMAIL},
    security_log::Place,
    user::{self, CHANGE, EmailChange, EmailUndo, Stays, UNDO, Undone},
};

const PATH: &str = "/account/email";
const TITLE: &str = "Email address";
/// Addresses that one person asks for.
const ASKED: RateLimit = RateLimit::new("new_email_by", 10, 3600);

#[derive(Template)]
#[template(path = "accounts/email.html")]
struct Email<'a> {
    session: &'a Session,
    answer: FormState,
    problem: Option<&'a Problem>,
    csrf: &'a str,
}

#[derive(Template)]
#[template(path = "accounts/email_confirm.html")]
struct Confirm<'a> {
    change: &'a EmailChange,
    token: &'a str,
    csrf: &'a str,
}

#[derive(Template)]
#[template(path = "accounts/email_undo.html")]
struct Undo<'a> {
    undo: &'a EmailUndo,
    token: &'a str,
    csrf: &'a str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewEmail {
    email: String,
}

impl Form for NewEmail {
    fn check(&self, errors: &mut Errors) {
        let good = normalise_email(&self.email).is_some();
        errors.ensure(good, "email", "Enter a full address, like maya@example.com.");
    }
}

pub(crate) async fn show(SignedIn(session): SignedIn, ui: Ui) -> Result {
    session.proven()?;
    draw(ui, &session, FormState::empty(), None)
}

pub(crate) async fn request(
    SignedIn(session): SignedIn,
    (Platform(core), abuse): (Platform, Extension<AbuseFilter>),
    ui: Ui,
    Submitted(form): Submitted<NewEmail>,
) -> Result {
    session.proven()?;
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(ui, &session, answer, None),
    };
    let answer = FormState::empty().with("email", &form.email);
    let new = normalise_email(&form.email).unwrap_or_default();
    if new == session.email {
        return draw(ui, &session, answer.reject("email", "This is your address already."), None);
    }
    if let Some(problem) = abuse.address_problem(&new) {
        return draw(ui, &session, answer.reject("email", problem), None);
    }
    if let Err(spent) = core.limiter.allow(ASKED, &session.user.to_string()).await? {
        return draw(ui, &session, answer, Some(&spent.into()));
    }
    let change = EmailChange { user: session.user, old: session.email.clone(), new: new.clone() };
    let tx = core.store.catalog().begin().await?;
    if let Some(permit) = permit(&core, &tx, NEW_EMAIL, &new).await? {
        let (name, token) = (session.name.clone(), CHANGE.seal(&core, change)?);
        AskNewEmail { name, new: new.clone(), token, permit }.later(&tx).await?;
    }
    tx.commit().await?;
    let text = "Open the link in it in this browser. Until then, nothing changes.";
    let is_kept = ui.has_dev_page(MAILBOX);
    let ui = ui.under("Your account", "/account").under(TITLE, PATH);
    let page = CheckMail { email: &new, text, again: PATH, is_kept, csrf: ui.csrf() };
    ui.page("Check your email", &page)
}

/// The page behind the link to the new address.
pub(crate) async fn confirm_page(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    Query(WithToken { token }): Query<WithToken>,
    ui: Ui,
) -> Result {
    // Whoever reads mail there gives their address to nobody else's account.
    match CHANGE.open::<EmailChange>(&core, &token) {
        Some(change) if change.user == session.user && change.old == session.email => {
            let ui = ui.under("Your account", "/account");
            ui.page(
                "Confirm your new address",
                &Confirm { change: &change, token: &token, csrf: ui.csrf() },
            )
        }
        _ => gone(&ui, PATH),
    }
}

pub(crate) async fn confirm(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    (client, UserAgent(user_agent)): (Client, UserAgent),
    ui: Ui,
    Submitted(form): Submitted<WithToken>,
) -> Result {
    let token = form.map(|form| form.token).unwrap_or_default();
    let Some(change) = CHANGE.open::<EmailChange>(&core, &token) else { return gone(&ui, PATH) };
    if change.user != session.user {
        return gone(&ui, PATH);
    }
    let here = browser(&session, client, user_agent);
    match user::change_email(&core, &session, here, &change).await? {
        Ok(token) => {
            let toast = Toast::success("Your new address is saved");
            let toast = toast.text("All other devices are logged out.");
            let mut response = see_other_with("/account", &toast)?;
            hold(&token, &mut response);
            Ok(response)
        }
        Err(Stays::Taken) => {
            let toast = Toast::error("This address has an account already");
            see_other_with(PATH, &toast.text("Use another one."))
        }
        Err(Stays::Over) => gone(&ui, PATH),
    }
}

/// The page behind the link to the old address: for whoever did not change it.
pub(crate) async fn undo_page(
    _: Public,
    Platform(core): Platform,
    Query(WithToken { token }): Query<WithToken>,
    ui: Ui,
) -> Result {
    match UNDO.open::<EmailUndo>(&core, &token) {
        Some(undo) => {
            ui.page("Take your account back", &Undo { undo: &undo, token: &token, csrf: ui.csrf() })
        }
        None => gone(&ui, "/forgot"),
    }
}

pub(crate) async fn undo(
    _: Public,
    Platform(core): Platform,
    (client, UserAgent(user_agent)): (Client, UserAgent),
    ui: Ui,
    Submitted(form): Submitted<WithToken>,
) -> Result {
    let token = form.map(|form| form.token).unwrap_or_default();
    let Some(undo) = UNDO.open::<EmailUndo>(&core, &token) else { return gone(&ui, "/forgot") };
    let forgot = format!("/forgot?{}", encode_query(&[("email", &undo.old)]));
    match user::undo_email(&core, &undo, &Place::of(client, &user_agent)).await? {
        Undone::Done => {
            let toast = Toast::success("Your address is back, and everybody is logged out");
            see_other_with(forgot, &toast.text("Now choose a new password."))
        }
        Undone::Taken => {
            let toast = Toast::error("This address has an account of its own by now");
            see_other_with(forgot, &toast.text("Choose a new password for it here."))
        }
        Undone::Over => gone(&ui, "/forgot"),
    }
}

fn draw(ui: Ui, session: &Session, answer: FormState, problem: Option<&Problem>) -> Result {
    let ui = ui.under("Your account", "/account");
    let wrong = answer.is_rejected() || problem.is_some();
    let page = Email { session, answer, problem, csrf: ui.csrf() };
    if wrong { problem::answer(&ui, TITLE, &page, problem) } else { ui.page(TITLE, &page) }
}
