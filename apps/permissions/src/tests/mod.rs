//! What people can do with roles, on a real store, through the front door.

mod forms;
mod matrix;
mod rules;

use core_testing::{Actor, Answer, Role, Stage, Workspace};
use platform::{
    AnyRole, App, Can, Permission, Result, Routes, Ui,
    workspaces::{CustomRole, custom_roles},
};

use crate::permissions::Manage;

/// Something to be allowed, from an app of the test's own.
struct Look;

impl Permission for Look {
    const KEY: &'static str = "things.look";
    const LABEL: &'static str = "Look at things";
    const FROM: Role = Role::Viewer;
}

/// Something that only owners hold.
struct Sell;

impl Permission for Sell {
    const KEY: &'static str = "things.sell";
    const LABEL: &'static str = "Sell things";
    const FROM: Role = Role::Owner;
}

async fn look(_: Can<Look>, ui: Ui) -> Result {
    ui.page("Things", &platform::ui::Fragment::default())
}

async fn sell(_: Can<Sell>) -> Result {
    platform::see_other("/things")
}

fn apps() -> Vec<App> {
    let routes = Routes::new().get("/things", look).post("/things", sell);
    let things = App::new("things").permission::<Look>().permission::<Sell>().workspace(routes);
    vec![things, crate::app()]
}

/// The workspace acme, and Ana who owns it.
async fn acme(stage: &Stage) -> (Workspace, Actor) {
    let acme = stage.tenant("acme").await;
    let ana = stage.member(&acme, Role::Owner).await;
    (acme, ana)
}

/// A role of acme's own with these keys, made and ticked by its owner.
async fn role(
    stage: &Stage,
    acme: &Workspace,
    ana: &Actor,
    name: &str,
    keys: &[&str],
) -> CustomRole {
    let made = ana.post("/settings/roles/new", &[("name", name), ("copy", "")]).await;
    assert_eq!(made.status, 303, "{}", made.words());
    let role = named(stage, acme, name).await;
    if !keys.is_empty() {
        assert_eq!(tick(ana, &role, keys).await.status, 303);
    }
    named(stage, acme, name).await
}

async fn named(stage: &Stage, acme: &Workspace, name: &str) -> CustomRole {
    let roles = stage.write_in(acme, |db| async move { custom_roles(&db).await }).await;
    roles.into_iter().find(|role| role.name == name).expect("the role is there")
}

/// Saves these ticks for one role, as the form of somebody who saw this version.
async fn tick(actor: &Actor, role: &CustomRole, keys: &[&str]) -> Answer {
    let version = format!("{}:{}", role.id, role.version);
    let permissions: Vec<_> = keys.iter().map(|key| format!("{}:{key}", role.id)).collect();
    let mut fields = vec![("version", version.as_str())];
    fields.extend(permissions.iter().map(|permission| ("grant", permission.as_str())));
    actor.post("/settings/roles", &fields).await
}

/// The keys that a role holds of those that are declared.
fn held(role: &CustomRole) -> Vec<&'static str> {
    let all = [Look::KEY, Sell::KEY, Manage::KEY];
    let permissions = [
        platform::PermissionDef::of::<Look>(),
        platform::PermissionDef::of::<Sell>(),
        platform::PermissionDef::of::<Manage>(),
    ];
    all.into_iter()
        .zip(permissions)
        .filter(|(_, permission)| role.permissions.holds(permission))
        .map(|(key, _)| key)
        .collect()
}

async fn member_as(stage: &Stage, acme: &Workspace, role: &CustomRole) -> Actor {
    stage.member_as(acme, &role.name, AnyRole::Custom(role.id)).await
}
