//! What people can do with the members of a workspace, on a real store, through the front door.

mod address;
mod create;
mod deletion;
mod invitations;
mod members;
mod race;
mod removal;
mod sweep;

use core_testing::{Actor, Role, Stage, Workspace};
use platform::{
    AnyRole, App, PermissionDef,
    workspaces::{Decision, PermissionKeys, find_member},
};

use crate::permissions::ManageMembers;

fn apps() -> Vec<App> {
    vec![crate::app()]
}

/// The workspace acme, and Ana who owns it.
async fn acme(stage: &Stage) -> (Workspace, Actor) {
    let acme = stage.tenant("acme").await;
    let ana = stage.member(&acme, Role::Owner).await;
    (acme, ana)
}

/// A role of acme's own, made by its owner.
async fn role(
    stage: &Stage,
    acme: &Workspace,
    owner: &Actor,
    name: &str,
    keys: &[&str],
) -> AnyRole {
    let keys = PermissionKeys(keys.iter().map(|key| (*key).to_owned()).collect());
    let (core, user) = (stage.core.clone(), owner.user);
    let id = stage
        .write_in(acme, |db| async move {
            let needs = PermissionDef::of::<ManageMembers>();
            let made = Decision::begin(&core.store, &db, &core.permissions, needs, user).await?;
            Ok(made.create_role(name, keys).await?.unwrap())
        })
        .await;
    AnyRole::Custom(id)
}

/// What the tenant itself says that somebody is.
async fn is(stage: &Stage, acme: &Workspace, actor: &Actor) -> Option<AnyRole> {
    let user = actor.user;
    let found = |db| async move { find_member(&db, user).await };
    stage.write_in(acme, found).await.map(|member| member.role)
}
