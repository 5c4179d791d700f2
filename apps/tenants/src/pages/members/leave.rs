//! Leaving a workspace: everybody may, but for the last owner.

use askama::Template;
use platform::{
    PermissionDef, Result, Role, TenantDb, Ui, WorkspaceMember,
    contracts::RemoveMember,
    process::Platform,
    request::{CurrentTenant, SESSION_COOKIE, SetCookie},
    see_other, ui,
    workspaces::{Decision, Refusal, Rules, Subject, people_by_role},
};

use crate::{member, permissions::ManageMembers};

#[derive(Template)]
#[template(path = "tenants/leave.html")]
struct Leave<'a> {
    workspace: &'a str,
    /// Why they can't.
    problem: Option<String>,
    csrf: &'a str,
}

pub(super) async fn ask(
    WorkspaceMember(member): WorkspaceMember,
    Platform(core): Platform,
    CurrentTenant(tenant): CurrentTenant,
    db: TenantDb,
    ui: Ui,
) -> Result {
    let owners = people_by_role(&db).await?.get(&Role::Owner.into()).copied();
    let needs = PermissionDef::of::<ManageMembers>();
    let rules = Rules::of(&core.permissions, needs).with_owners(owners.unwrap_or_default());
    let me = Subject { id: member.id, permissions: &member.permissions };
    let mut problem = rules.may_leave(me).err().map(|why| why.text().to_owned());
    if problem.is_none() {
        let question = RemoveMember { member: member.id };
        problem = core.guards.ask(&db, &question).await?.err().map(|objection| objection.0);
    }
    let workspace = &tenant.name;
    let problem = problem.map(in_the_way);
    ui.page("Leave", &Leave { workspace, problem, csrf: ui.csrf() })
}

pub(super) async fn leave(
    WorkspaceMember(member): WorkspaceMember,
    Platform(core): Platform,
    CurrentTenant(tenant): CurrentTenant,
    db: TenantDb,
    ui: Ui,
) -> Result {
    // Going takes no permission; the one named here is not asked for.
    let needs = PermissionDef::of::<ManageMembers>();
    let decision = Decision::begin(&core.store, &db, &core.permissions, needs, member.user).await?;
    if let Err(why) = member::remove(&core, &db, &decision, member.id).await? {
        let workspace = &tenant.name;
        let leave = Leave { workspace, problem: Some(in_the_way(why)), csrf: ui.csrf() };
        return ui.conflict("Leave", &leave);
    }
    let mut response = see_other(format!("{}/workspaces", core.config.account_origin()))?;
    SetCookie::removal(SESSION_COOKIE).put(&mut response);
    Ok(response)
}

/// On one's own page the last owner is oneself.
fn in_the_way(why: String) -> String {
    match why == Refusal::LastOwner.text() {
        true => format!("You are its only owner. {why}"),
        false => why,
    }
}
