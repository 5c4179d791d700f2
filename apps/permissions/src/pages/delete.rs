//! Deleting a role: whoever has it gets another one.

use askama::Template;
use platform::{
    AnyRole, Can, Form, Member, Path, Result, RoleId, Submitted, TenantDb, Ui,
    process::{Platform, Services},
    see_other_with,
    ui::{self, Errors, FormState, Toast},
    workspaces::{CustomRole, RoleEdit, custom_role, people_by_role},
};
use sea_orm::prelude::Uuid;
use serde::Deserialize;

use super::{LIST, new};
use crate::permissions::Manage;

/// What the page sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Instead {
    /// The role that its members get; empty where it has none.
    instead: String,
}

impl Form for Instead {
    fn check(&self, errors: &mut Errors) {
        let good = self.instead.is_empty() || self.instead.parse::<AnyRole>().is_ok();
        errors.ensure(good, "instead", CHOOSE);
    }
}

const CHOOSE: &str = "Choose a new role for these people.";

#[derive(Template)]
#[template(path = "permissions/delete.html")]
struct Delete<'a> {
    role: &'a CustomRole,
    people: u64,
    text: String,
    action: String,
    choices: Vec<(String, String)>,
    answer: FormState,
    csrf: &'a str,
}

pub(super) async fn ask(
    who: Can<Manage>,
    Platform(core): Platform,
    db: TenantDb,
    ui: Ui,
    Path(id): Path<Uuid>,
) -> Result {
    let role = custom_role(&db, RoleId(id)).await?;
    let ui = ui.under("Roles", LIST);
    let page = draw(&core, &db, &who.member, &role, ui.csrf()).await?;
    ui.page("Delete", &page)
}

pub(super) async fn delete(
    who: Can<Manage>,
    Platform(core): Platform,
    db: TenantDb,
    ui: Ui,
    Path(id): Path<Uuid>,
    Submitted(form): Submitted<Instead>,
) -> Result {
    let role = custom_role(&db, RoleId(id)).await?;
    let decision = who.decide(&db).await?;
    let problem = match form {
        Err(answer) => answer.error("instead").unwrap_or(CHOOSE).to_owned(),
        Ok(form) => match decision.delete_role(role.id, form.instead.parse().ok()).await? {
            RoleEdit::Saved => {
                return see_other_with(
                    LIST,
                    &Toast::success(format!("{} deleted", ui::isolated(&role.name))),
                );
            }
            RoleEdit::Refused(why) => why.text().to_owned(),
            RoleEdit::Conflict | RoleEdit::NameTaken => CHOOSE.to_owned(),
        },
    };
    let ui = ui.under("Roles", LIST);
    let mut page = draw(&core, &db, &who.member, &role, ui.csrf()).await?;
    page.answer = page.answer.reject("instead", problem);
    ui.invalid("Delete", &page)
}

async fn draw<'a>(
    core: &Services,
    db: &TenantDb,
    who: &Member,
    role: &'a CustomRole,
    csrf: &'a str,
) -> Result<Delete<'a>> {
    let this = AnyRole::Custom(role.id);
    let people = people_by_role(db).await?.get(&this).copied().unwrap_or_default();
    let mut choices = new::choices(core, db, who).await?;
    let owner = platform::Role::Owner.as_str();
    choices.retain(|(id, _)| *id != this.to_string() && !id.is_empty() && id != owner);
    choices.insert(0, (String::new(), "Choose a role".to_owned()));
    let held = match people {
        0 => "Nobody has this role.".to_owned(),
        1 => "One person has this role. Choose a new role for them.".to_owned(),
        many => {
            let many = ui::commas(many);
            format!("{many} people have this role. Choose the role they get instead.")
        }
    };
    let text = format!("{held} This can't be undone.");
    let action = format!("{LIST}/{}/delete", role.id);
    Ok(Delete { role, people, text, action, choices, answer: FormState::empty(), csrf })
}

impl Delete<'_> {
    fn question(&self) -> ui::Confirm<'_> {
        ui::confirm("Delete", &self.role.name, &self.text, &self.action, self.csrf).back(LIST)
    }
}
