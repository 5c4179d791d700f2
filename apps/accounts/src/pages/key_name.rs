//! What somebody calls one of their passkeys or security keys.

use askama::Template;
use platform::{
    Error, Form, Path, Result, SignedIn, Submitted, Ui,
    process::{Platform, Services},
    request::{Client, UserAgent},
    see_other_with,
    ui::{self, Errors, FormState, Toast},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{passkeys, security};
use crate::{
    passkey::{self, Model},
    security_log::Place,
};

#[derive(Template)]
#[template(path = "accounts/key_name.html")]
struct KeyName {
    key: Model,
    answer: FormState,
    csrf: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct NameForm {
    name: String,
}

impl Form for NameForm {
    fn check(&self, errors: &mut Errors) {
        if let Some(problem) = passkey::name_problem(&self.name) {
            errors.add("name", problem);
        }
    }
}

pub(crate) async fn show(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    Path(id): Path<Uuid>,
    ui: Ui,
) -> Result {
    let key = find(&core, session.user, id).await?;
    let answer = FormState::empty().with("name", &key.name);
    draw(ui, key, answer)
}

pub(crate) async fn save(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    (client, UserAgent(user_agent)): (Client, UserAgent),
    Path(id): Path<Uuid>,
    ui: Ui,
    Submitted(form): Submitted<NameForm>,
) -> Result {
    let key = find(&core, session.user, id).await?;
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(ui, key, answer),
    };
    let name = passkey::called(&form.name, key.kind);
    let place = Place::of(client, &user_agent);
    if !passkey::rename(&core, session.user, (id, &name), &place).await? {
        return Err(Error::NotFound);
    }
    let toast = Toast::success(format!("Your key is called “{}” now", ui::isolated(&name)));
    see_other_with(passkeys::PATH, &toast)
}

/// One of one's own; somebody else's does not exist.
async fn find(core: &Services, user: platform::UserId, id: Uuid) -> Result<Model> {
    let all = passkey::of_user(core.store.catalog(), user).await?;
    all.into_iter().find(|one| one.id == id).ok_or(Error::NotFound)
}

fn draw(ui: Ui, key: Model, answer: FormState) -> Result {
    const TITLE: &str = "Rename key";
    let ui = ui.under("Your account", "/account").under("Security", security::PATH);
    let ui = ui.under(passkeys::TITLE, passkeys::PATH);
    let wrong = answer.is_rejected();
    let page = KeyName { key, answer, csrf: ui.csrf().to_owned() };
    if wrong { ui.invalid(TITLE, &page) } else { ui.page(TITLE, &page) }
}
