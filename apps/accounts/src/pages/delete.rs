//! Deleting one's own account, and keeping it after all.

use askama::Template;
use platform::{
    Form, Result, SignedIn, Submitted, Ui, clock,
    people::Session,
    process::{Platform, Services},
    request::{Client, SESSION_COOKIE, SetCookie, UserAgent},
    see_other_with,
    ui::{self, Errors, FormState, Toast},
};
use serde::Deserialize;

use crate::{
    deletion::{self, InTheWay},
    security_log::Place,
};

pub(super) const PATH: &str = "/account/delete";
const TITLE: &str = "Delete account";
const MISTYPED: &str = "This doesn't match. Enter your email address exactly as shown.";

#[derive(Template)]
#[template(path = "accounts/delete.html")]
struct Page<'a> {
    /// When it will be gone, where it is on its way out.
    leaves: Option<String>,
    /// The day it would be gone.
    day: String,
    in_the_way: Vec<InTheWay>,
    session: &'a Session,
    label: String,
    answer: FormState,
    csrf: &'a str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct DeleteForm {
    email: String,
}

impl Form for DeleteForm {
    fn check(&self, errors: &mut Errors) {
        errors.ensure(!self.email.trim().is_empty(), "email", MISTYPED);
    }
}

pub(crate) async fn show(SignedIn(session): SignedIn, Platform(core): Platform, ui: Ui) -> Result {
    let pending = deletion::pending(core.store.catalog(), session.user).await?;
    if pending.is_none() {
        session.proven()?;
    }
    draw(&core, ui, &session, FormState::empty()).await
}

pub(crate) async fn delete(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    (client, UserAgent(user_agent)): (Client, UserAgent),
    ui: Ui,
    Submitted(form): Submitted<DeleteForm>,
) -> Result {
    session.proven()?;
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(&core, ui, &session, answer).await,
    };
    if form.email.trim().to_lowercase() != session.email {
        let answer = FormState::empty().with("email", &form.email).reject("email", MISTYPED);
        return draw(&core, ui, &session, answer).await;
    }
    // Asked anew: the page may be old.
    if !deletion::in_the_way(&core, session.user).await?.is_empty() {
        let text = "A workspace is still in the way.";
        let answer = FormState::empty().with("email", &form.email).reject("email", text);
        return draw(&core, ui, &session, answer).await;
    }
    if !deletion::ask(&core, &session, &Place::of(client, &user_agent)).await? {
        return platform::see_other(PATH);
    }
    let toast = Toast::success("Your account will be deleted");
    let mut response = see_other_with("/login", &toast.text("We've emailed you how to keep it."))?;
    SetCookie::removal(SESSION_COOKIE).put(&mut response);
    Ok(response)
}

pub(crate) async fn keep(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    (client, UserAgent(user_agent)): (Client, UserAgent),
) -> Result {
    deletion::keep(&core, &session, &Place::of(client, &user_agent)).await?;
    see_other_with("/workspaces", &Toast::success("Your account stays"))
}

async fn draw(core: &Services, ui: Ui, session: &Session, answer: FormState) -> Result {
    let pending = deletion::pending(core.store.catalog(), session.user).await?;
    let calendar = ui.calendar();
    let in_the_way = deletion::in_the_way(core, session.user).await?;
    let ui = ui.under("Your account", "/account");
    let wrong = answer.is_rejected();
    let page = Page {
        leaves: pending.map(|at| calendar.date(at.date_naive()).to_string()),
        day: calendar.date(deletion::erase_at(clock::now()).date_naive()).to_string(),
        in_the_way,
        session,
        label: format!("Type {} to confirm", session.email),
        answer,
        csrf: ui.csrf(),
    };
    if wrong { ui.invalid(TITLE, &page) } else { ui.page(TITLE, &page) }
}
