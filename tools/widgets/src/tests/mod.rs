//! What people can do with widgets, on a real store, through the front door.

mod form;
mod list;
mod tenancy;

use core_testing::{Actor, Role, Stage, Workspace};
use platform::App;

use crate::{
    testing::make,
    widget::{Draft, Model},
};

fn apps() -> Vec<App> {
    crate::own::migrate(); // template
    vec![crate::app()]
}

/// The workspace acme, and Ana who works in it.
async fn acme(stage: &Stage) -> (Workspace, Actor) {
    let acme = stage.tenant("acme").await;
    let ana = stage.member(&acme, Role::Member).await;
    (acme, ana)
}

/// A widget of acme's.
async fn widget(stage: &Stage, acme: &Workspace, draft: Draft) -> Model {
    stage.write_in(acme, |db| async move { make(&db, draft).await }).await
}
