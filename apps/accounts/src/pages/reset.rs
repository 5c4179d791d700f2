//! A new password, behind the mailed link. All sessions end, on every device.

use askama::Template;
use platform::{
    Extension, Form, Public, Query, Result, Submitted, Ui, encode_query,
    people::{LinkStatus, entity::email_link::Purpose, link_status},
    process::Platform,
    request::{Client, UserAgent},
    see_other_with,
    ui::{self, Errors, FormState, Toast},
};
use serde::Deserialize;

use super::confirm::{WithToken, gone};
use crate::{abuse::AbuseFilter, security_log::Place, user};

#[derive(Template)]
#[template(path = "accounts/reset.html")]
struct Reset<'a> {
    answer: FormState,
    email: &'a str,
    csrf: &'a str,
}

#[derive(Deserialize)]
pub(crate) struct ResetForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    password: String,
}

impl Form for ResetForm {
    const SECRETS: &'static [&'static str] = &["password"];

    // The password is looked at where the address is known.
    fn check(&self, _: &mut Errors) {}
}

pub(crate) async fn show(
    _: Public,
    Platform(core): Platform,
    Query(WithToken { token }): Query<WithToken>,
    ui: Ui,
) -> Result {
    match link_status(core.store.catalog(), Purpose::Reset, &token).await? {
        LinkStatus::Valid(email) => draw(&ui, FormState::empty().with("token", &token), &email),
        _ => gone(&ui, "/forgot"),
    }
}

pub(crate) async fn reset(
    _: Public,
    (Platform(core), abuse): (Platform, Extension<AbuseFilter>),
    (client, UserAgent(user_agent)): (Client, UserAgent),
    ui: Ui,
    Submitted(form): Submitted<ResetForm>,
) -> Result {
    let token = match &form {
        Ok(form) => form.token.clone(),
        Err(answer) => answer.value("token").to_owned(),
    };
    let catalog = core.store.catalog();
    let LinkStatus::Valid(email) = link_status(catalog, Purpose::Reset, &token).await? else {
        return gone(&ui, "/forgot");
    };
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(&ui, answer, &email),
    };
    let about = [&*email, &*core.brand.name];
    if let Some(problem) = abuse.password_problem(&form.password, &about).await? {
        let answer = FormState::empty().with("token", &token).reject("password", problem);
        return draw(&ui, answer, &email);
    }
    let place = Place::of(client, &user_agent);
    let proven = user::Proven { purpose: Purpose::Reset, token: &token, email: &email };
    if !user::set_password(&core, proven, &form.password, place).await? {
        return gone(&ui, "/forgot");
    }
    user::forgive(&core, &email).await?;
    let login = format!("/login?{}", encode_query(&[("email", &email)]));
    see_other_with(login, &Toast::success("Your new password is saved. Log in with it."))
}

fn draw(ui: &Ui, answer: FormState, email: &str) -> Result {
    let wrong = answer.is_rejected();
    let page = Reset { answer, email, csrf: ui.csrf() };
    let title = "Choose a new password";
    if wrong { ui.invalid(title, &page) } else { ui.page(title, &page) }
}
