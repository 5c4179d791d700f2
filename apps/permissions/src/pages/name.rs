//! Renaming a role.

use askama::Template;
use platform::{
    Can, Error, Form, Path, Result, RoleId, Submitted, TenantDb, Ui,
    process::Platform,
    see_other_with,
    ui::{self, Errors, FormState, Toast},
    workspaces::{CustomRole, RoleEdit, custom_role},
};
use sea_orm::prelude::Uuid;
use serde::Deserialize;

use super::{LIST, new};
use crate::permissions::Manage;

pub(super) const TAKEN: &str = "Another role has this name. Choose a different one.";
const LENGTH: usize = 40;

/// What a person sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Name {
    name: String,
    /// The version that the person saw.
    version: i32,
}

impl Form for Name {
    fn check(&self, errors: &mut Errors) {
        check(&self.name, errors);
    }
}

/// What is wrong with the name of a role.
pub(super) fn check(name: &str, errors: &mut Errors) {
    let length = name.trim().chars().count();
    errors.ensure(length > 0, "name", "Give the role a name.");
    errors.ensure(length <= LENGTH, "name", "Use at most 40 characters.");
    errors.ensure(
        !name.chars().any(char::is_control),
        "name",
        "Use letters, digits and symbols only.",
    );
}

#[derive(Template)]
#[template(path = "permissions/name.html")]
struct Rename<'a> {
    role: &'a CustomRole,
    answer: FormState,
    csrf: &'a str,
}

impl Rename<'_> {
    fn path(&self) -> String {
        format!("{LIST}/{}", self.role.id)
    }
}

pub(super) async fn edit(_: Can<Manage>, db: TenantDb, ui: Ui, Path(id): Path<Uuid>) -> Result {
    let role = custom_role(&db, RoleId(id)).await?;
    let answer = FormState::empty().with("name", &role.name).with("version", role.version);
    let ui = ui.under("Roles", LIST);
    ui.page("Rename", &Rename { role: &role, answer, csrf: ui.csrf() })
}

pub(super) async fn save(
    who: Can<Manage>,
    Platform(core): Platform,
    db: TenantDb,
    ui: Ui,
    Path(id): Path<Uuid>,
    Submitted(form): Submitted<Name>,
) -> Result {
    let ui = ui.under("Roles", LIST);
    let role = match custom_role(&db, RoleId(id)).await {
        Err(Error::NotFound) => {
            // Somebody deleted it meanwhile: what was typed can become a new one.
            let answer = form.map_or_else(|answer| answer, |form| form.answer());
            let choices = new::choices(&core, &db, &who.member).await?;
            let page = new::New { answer, choices, gone: true, csrf: ui.csrf() };
            return ui.gone("New role", &page);
        }
        role => role?,
    };
    let form = match form {
        Ok(form) => form,
        Err(answer) => {
            return ui.invalid("Rename", &Rename { role: &role, answer, csrf: ui.csrf() });
        }
    };
    let decision = who.decide(&db).await?;
    let problem = match decision.rename_role(role.id, form.version, form.name.trim()).await? {
        RoleEdit::Saved => return see_other_with(LIST, &Toast::success("Role renamed")),
        RoleEdit::NameTaken => TAKEN.to_owned(),
        RoleEdit::Refused(why) => why.text().to_owned(),
        RoleEdit::Conflict => {
            let text = format!(
                "Someone else renamed this role to {} in the meantime. Save again to rename it.",
                role.name
            );
            let answer = form.answer().with("version", role.version).reject("name", text);
            return ui.conflict("Rename", &Rename { role: &role, answer, csrf: ui.csrf() });
        }
    };
    let answer = form.answer().reject("name", problem);
    ui.invalid("Rename", &Rename { role: &role, answer, csrf: ui.csrf() })
}

impl Name {
    fn answer(&self) -> FormState {
        FormState::empty().with("name", &self.name).with("version", self.version)
    }
}
