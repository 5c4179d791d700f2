//! Removing a member: a page that asks, and the same question over the list.

use platform::{
    Can, MemberId, Path, PermissionDef, Query, Result, TenantDb, Ui,
    process::Platform,
    request::CurrentTenant,
    see_other,
    ui::{Tone, confirm},
    workspaces::{Decision, get_member},
};
use sea_orm::prelude::Uuid;

use super::{back, list};
use crate::{
    member::{self, Search},
    permissions::ManageMembers,
};

pub(super) async fn ask(
    who: Can<ManageMembers>,
    CurrentTenant(tenant): CurrentTenant,
    db: TenantDb,
    ui: Ui,
    Path(id): Path<Uuid>,
    Query(search): Query<Search>,
) -> Result {
    let member = get_member(&db, MemberId(id)).await?;
    if member.id == who.member.id {
        return see_other("/settings/leave");
    }
    let list = list::here(&search);
    let workspace = &tenant.name;
    let action = list.at(format!("/settings/members/{id}/remove")).to_string();
    let list = list.to_string();
    let ui = ui.under("Members", "/settings/members");
    let text = "They lose access right away. Their work stays.";
    let question = confirm("Remove", &member.name, text, &action, ui.csrf())
        .of("from", workspace)
        .icon("user-minus", Tone::Error)
        .back(&list);
    ui.page("Remove", &question)
}

pub(super) async fn remove(
    who: Can<ManageMembers>,
    Platform(core): Platform,
    db: TenantDb,
    Path(id): Path<Uuid>,
    Query(search): Query<Search>,
) -> Result {
    let (needs, id) = (PermissionDef::of::<ManageMembers>(), MemberId(id));
    get_member(&db, id).await?;
    if id == who.member.id {
        return see_other("/settings/leave");
    }
    let decision =
        Decision::begin(&core.store, &db, &core.permissions, needs, who.member.user).await?;
    let done = member::remove(&core, &db, &decision, id).await?;
    let to = list::here(&search).to_string();
    back(to, done, |member| format!("{} is no longer a member", member.name))
}
