//! One project.

use askama::Template;
use platform::{
    Can, Path, Result, TenantDb, Ui,
    ui::{self, Calendar},
};

use crate::{
    permissions::{Manage, View},
    project::{self, ProjectId},
};

#[derive(Template)]
#[template(path = "projects/show.html")]
struct Show<'a> {
    project: &'a project::Model,
    path: &'a str,
    owner: Option<String>,
    may_manage: bool,
    calendar: Calendar,
}

pub(crate) async fn show(
    who: Can<View>,
    db: TenantDb,
    ui: Ui,
    Path(id): Path<ProjectId>,
) -> Result {
    let project = db.get::<project::Entity>(id).await?;
    let owner = project::owner(&db, project.owner_id).await?;
    let ui = ui.under("Projects", "/projects");
    let (path, may_manage) = (project.path(), who.may::<Manage>());
    let show = Show { project: &project, path: &path, owner, may_manage, calendar: ui.calendar() };
    ui.page(&project.name, &show)
}
