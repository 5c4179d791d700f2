//! Making somebody an owner: the one change that asks to type something.

use askama::Template;
use platform::{
    Can, Error, Form, Member, MemberId, Path, Result, Submitted, TenantDb, Ui,
    request::CurrentTenant,
    ui::{self, Errors, FormState},
    workspaces::get_member,
};
use sea_orm::prelude::Uuid;
use serde::Deserialize;

use super::back;
use crate::permissions::ManageMembers;

/// What the page sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct HandOver {
    email: String,
    stay: String,
}

impl Form for HandOver {
    fn check(&self, errors: &mut Errors) {
        errors.ensure(!self.email.trim().is_empty(), "email", MISTYPED);
        let is_box = matches!(&*self.stay, "" | "yes");
        errors.ensure(is_box, "", "Choose whether you stay an owner, and try again.");
    }
}

const MISTYPED: &str = "This doesn't match. Enter their email exactly as shown.";
const LIST: &str = "/settings/members";
const EXPLAINED: &str = "An owner can do everything: change any role, remove any member including \
                         you, and delete the workspace.";

#[derive(Template)]
#[template(path = "tenants/owner.html")]
struct Owner<'a> {
    member: &'a Member,
    workspace: &'a str,
    answer: FormState,
    action: String,
    button: String,
    stay: Stay,
    help: String,
    csrf: &'a str,
}

/// Whether the person who hands over stays an owner.
#[derive(Template)]
#[template(path = "tenants/_stay.html")]
struct Stay {
    is_on: bool,
}

pub(super) async fn ask(
    who: Can<ManageMembers>,
    CurrentTenant(tenant): CurrentTenant,
    db: TenantDb,
    ui: Ui,
    Path(id): Path<Uuid>,
) -> Result {
    let member = get_member(&db, MemberId(id)).await?;
    if !who.member.permissions.is_owner() {
        return Err(Error::Forbidden);
    }
    let ui = ui.under("Members", LIST);
    ui.page("New owner", &Owner::new(&member, &tenant.name, FormState::empty(), ui.csrf()))
}

pub(super) async fn hand_over(
    who: Can<ManageMembers>,
    CurrentTenant(tenant): CurrentTenant,
    db: TenantDb,
    ui: Ui,
    Path(id): Path<Uuid>,
    Submitted(form): Submitted<HandOver>,
) -> Result {
    let member = get_member(&db, MemberId(id)).await?;
    let is_typed = |form: &HandOver| form.email.trim().eq_ignore_ascii_case(&member.email);
    let form = match form {
        Ok(form) if is_typed(&form) => form,
        other => {
            let answer = other.map_or_else(|answer| answer, |form| form.answer());
            let ui = ui.under("Members", LIST);
            return ui.invalid("New owner", &Owner::new(&member, &tenant.name, answer, ui.csrf()));
        }
    };
    let decision = who.decide(&db).await?;
    let done = decision.hand_over(member.id, !form.stay.is_empty()).await?;
    back(LIST.to_owned(), done.map_err(|why| why.text().to_owned()), |member| {
        format!("{} is now an owner", member.name)
    })
}

impl<'a> Owner<'a> {
    fn new(member: &'a Member, workspace: &'a str, answer: FormState, csrf: &'a str) -> Self {
        Self {
            member,
            workspace,
            action: format!("{LIST}/{}/owner", member.id),
            button: format!("Make {} an owner", ui::isolated(&member.name)),
            stay: Stay { is_on: !answer.value("stay").is_empty() },
            help: format!("Type {} to confirm.", member.email),
            answer,
            csrf,
        }
    }
}

impl HandOver {
    fn answer(&self) -> FormState {
        let answer = FormState::empty().with("email", &self.email).with("stay", &self.stay);
        answer.reject("email", MISTYPED)
    }
}
