//! Deleting a project: a page that asks, which the project's page opens as a dialog.

use platform::{
    Can, Path, Result, TenantDb, Ui, see_other_with,
    ui::{Toast, confirm, isolated},
};

use crate::{
    permissions::Manage,
    project::{self, Chosen, ProjectId},
};

pub(crate) async fn ask(_: Can<Manage>, db: TenantDb, ui: Ui, Path(id): Path<ProjectId>) -> Result {
    let project = db.get::<project::Entity>(id).await?;
    let path = project.path();
    let ui = ui.under("Projects", "/projects").under(&project.name, &path);
    let action = format!("{path}/delete");
    let text = "This can't be undone.";
    ui.page("Delete", &confirm("Delete", &project.name, text, &action, ui.csrf()).back(&path))
}

pub(crate) async fn delete(_: Can<Manage>, db: TenantDb, Path(id): Path<ProjectId>) -> Result {
    let project = db.get::<project::Entity>(id).await?;
    Chosen::from(id).delete(&db).await?;
    see_other_with("/projects", &Toast::success(format!("{} deleted", isolated(&project.name))))
}
