//! What people can do with projects, on a real store, through the front door.

mod bulk;
mod form;
mod list;
mod tenancy;
mod zone;

use core_testing::{Actor, Role, Stage, Workspace};
use platform::{App, TenantDb};

use crate::{
    project::{Draft, Model, Status},
    testing::{make, named},
};

fn apps() -> Vec<App> {
    vec![crate::app()]
}

/// The workspace acme, and Ana who works in it.
async fn acme(stage: &Stage) -> (Workspace, Actor) {
    let acme = stage.tenant("acme").await;
    let ana = stage.member(&acme, Role::Member).await;
    (acme, ana)
}

/// A project of acme's.
async fn project(stage: &Stage, acme: &Workspace, draft: Draft) -> Model {
    stage.write_in(acme, |db| async move { make(&db, draft).await }).await
}

/// Three of acme's, oldest first.
async fn three(stage: &Stage, acme: &Workspace) -> Vec<Model> {
    let mut made = vec![];
    for (name, status) in
        [("Falcon", Status::OnTrack), ("Rocket", Status::AtRisk), ("Boat", Status::Done)]
    {
        made.push(project(stage, acme, Draft { status, ..named(name) }).await);
    }
    made
}

/// All that there is, by name.
async fn all(db: TenantDb) -> platform::Result<Vec<Model>> {
    use sea_orm::QueryOrder;
    let rows = db.find::<crate::project::Entity>();
    Ok(rows.order_by_asc(crate::project::Column::Name).all(&db).await?)
}
