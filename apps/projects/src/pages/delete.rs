//! Deleting a project: a page that asks, and the same question as a dialog on the project's page.

use platform::{
    Can, Path, Result, TenantDb, Ui, see_other_with,
    ui::{Confirm, Toast, confirm},
};
use sea_orm::prelude::Uuid;

use crate::{
    permissions::Manage,
    project::{self, Chosen},
};

pub(crate) async fn ask(_: Can<Manage>, db: TenantDb, ui: Ui, Path(id): Path<Uuid>) -> Result {
    let project = db.get::<project::Entity>(id).await?;
    let (path, title) = (project.path(), title(&project.name));
    let ui = ui.under("Projects", "/projects").under(&project.name, &path);
    let action = format!("{path}/delete");
    ui.page("Delete", &question(&title, &action, ui.csrf()).panel(&path))
}

pub(crate) async fn delete(_: Can<Manage>, db: TenantDb, Path(id): Path<Uuid>) -> Result {
    let project = db.get::<project::Entity>(id).await?;
    Chosen::from(id).delete(&db).await?;
    see_other_with("/projects", &Toast::success(format!("{} is deleted", project.name)))
}

pub(super) fn title(name: &str) -> String {
    format!("Delete {name}?")
}

pub(super) fn question<'a>(title: &'a str, action: &'a str, csrf: &'a str) -> Confirm<'a> {
    confirm(title, "This cannot be undone.", action, csrf).button("Delete project")
}
