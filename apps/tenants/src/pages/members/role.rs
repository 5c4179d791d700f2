//! Giving a member another role.

use platform::{
    AnyRole, Can, Form, MemberId, Path, Query, Result, Submitted, TenantDb, see_other_with,
    ui::{Errors, Toast},
    workspaces::get_member,
};
use sea_orm::prelude::Uuid;
use serde::Deserialize;

use super::{back, list};
use crate::{member::Search, permissions::ManageMembers};

/// What the choice in a row of the list sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Choice {
    role: String,
}

impl Form for Choice {
    fn check(&self, errors: &mut Errors) {
        // An owner is made on a page of its own, which asks twice.
        let role = self.role.parse::<AnyRole>().ok().filter(|role| !role.is_owner());
        errors.ensure(role.is_some(), "role", "Choose one of the roles.");
    }
}

pub(super) async fn change(
    who: Can<ManageMembers>,
    db: TenantDb,
    Path(id): Path<Uuid>,
    Query(search): Query<Search>,
    Submitted(form): Submitted<Choice>,
) -> Result {
    let (id, to) = (MemberId(id), list::here(&search).to_string());
    get_member(&db, id).await?;
    let role = form.ok().and_then(|form| form.role.parse::<AnyRole>().ok());
    let Some(role) = role else {
        let toast = Toast::error("Nothing was changed").text("Choose one of the roles.");
        return see_other_with(to, &toast);
    };
    let decision = who.decide(&db).await?;
    let done = decision.change(id, role).await?;
    back(to, done.map_err(|why| why.text().to_owned()), |member| {
        format!("{}: role changed to {}", member.name, member.role_name)
    })
}
