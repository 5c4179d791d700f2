//! A new role, which starts as a copy of another or with nothing.

use askama::Template;
use platform::{
    AnyRole, Can, Form, Member, PermissionDef, Query, Result, RoleId, Submitted, TenantDb, Ui,
    Verdict,
    process::{Platform, Services},
    see_other_with,
    ui::{self, Errors, FormState, Toast},
    workspaces::{PermissionKeys, RoleEdit, Rules, all_roles},
};
use serde::Deserialize;

use super::{LIST, matrix, name};
use crate::permissions::Manage;

/// What a person sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewRole {
    pub(super) name: String,
    /// The role to start from; empty: nothing.
    pub(super) copy: String,
}

impl Form for NewRole {
    fn check(&self, errors: &mut Errors) {
        name::check(&self.name, errors);
    }
}

/// The page, also after the role that was being renamed is gone.
#[derive(Template)]
#[template(path = "permissions/new.html")]
pub(super) struct New<'a> {
    pub(super) answer: FormState,
    pub(super) choices: Vec<(String, String)>,
    pub(super) gone: bool,
    pub(super) csrf: &'a str,
}

pub(super) async fn new(
    who: Can<Manage>,
    Platform(core): Platform,
    db: TenantDb,
    ui: Ui,
    Query(NewRole { copy, .. }): Query<NewRole>,
) -> Result {
    let roles = all_roles(&db).await?;
    let copied = copy.parse::<AnyRole>().ok();
    let copied = roles.iter().find(|(role, ..)| Some(*role) == copied);
    let name = copied.map(|(_, name, _)| format!("Copy of {name}")).unwrap_or_default();
    let copy = copied.map_or(AnyRole::from(platform::Role::Viewer), |(role, ..)| *role);
    let answer = FormState::empty().with("name", name).with("copy", copy);
    let choices = choices(&core, &db, &who.member).await?;
    let ui = ui.under("Roles", LIST);
    ui.page("New role", &New { answer, choices, gone: false, csrf: ui.csrf() })
}

pub(super) async fn create(
    who: Can<Manage>,
    Platform(core): Platform,
    db: TenantDb,
    ui: Ui,
    Submitted(form): Submitted<NewRole>,
) -> Result {
    let answer = match form {
        Ok(form) => match make(&who, &core, &db, &form).await? {
            Ok((role, toast)) => {
                return see_other_with(format!("{LIST}?role={role}"), &toast);
            }
            Err((field, text)) => form.answer().reject(field, text),
        },
        Err(answer) => answer,
    };
    let choices = choices(&core, &db, &who.member).await?;
    let ui = ui.under("Roles", LIST);
    ui.invalid("New role", &New { answer, choices, gone: false, csrf: ui.csrf() })
}

async fn make(
    who: &Can<Manage>,
    core: &Services,
    db: &TenantDb,
    form: &NewRole,
) -> Verdict<(RoleId, Toast), (&'static str, &'static str)> {
    let decision = who.decide(db).await?;
    let roles = all_roles(db).await?;
    let from = roles.iter().find(|(role, ..)| role.to_string() == form.copy);
    let keys = match from {
        Some((.., permissions)) => matrix::keys(permissions, core),
        None if form.copy.is_empty() => PermissionKeys::default(),
        None => {
            return Ok(Err((
                "copy",
                "This role no longer exists. Choose a different one to copy.",
            )));
        }
    };
    let name = form.name.trim();
    Ok(match decision.create_role(name, keys).await? {
        Ok(id) => {
            Ok((id, Toast::success(format!("{name} created")).text("Now choose its permissions.")))
        }
        Err(RoleEdit::Refused(why)) => Err(("copy", why.text())),
        Err(_) => Err(("name", name::TAKEN)),
    })
}

/// The roles that a person may copy: they hold nothing that this person does not.
pub(super) async fn choices(
    core: &Services,
    db: &TenantDb,
    who: &Member,
) -> Result<Vec<(String, String)>> {
    let rules = Rules::of(&core.permissions, PermissionDef::of::<Manage>());
    let nothing = (String::new(), "Nothing".to_owned());
    let mut choices = vec![];
    for (role, name, permissions) in all_roles(db).await? {
        if rules.may_grant(&who.permissions, &permissions).is_ok() {
            choices.push((role.to_string(), name));
        }
    }
    choices.push(nothing);
    Ok(choices)
}

impl NewRole {
    fn answer(&self) -> FormState {
        FormState::empty().with("name", &self.name).with("copy", &self.copy)
    }
}
