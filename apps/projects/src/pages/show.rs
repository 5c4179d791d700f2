//! One project.

use askama::Template;
use platform::{
    Can, Path, Result, TenantDb, Ui, audit,
    ui::{self, Calendar, HistoryLine},
};

use crate::{
    permissions::{Manage, View},
    project::{self, ProjectId},
};

/// Changes that the page shows.
const HISTORY: u64 = 20;

#[derive(Template)]
#[template(path = "projects/show.html")]
struct Show<'a> {
    project: &'a project::Model,
    path: &'a str,
    owner: Option<String>,
    may_manage: bool,
    history: Vec<HistoryLine>,
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
    let history = audit::history(&db, "projects", &project.id.to_string(), HISTORY).await?;
    let (path, may_manage) = (project.path(), who.may::<Manage>());
    let calendar = ui.calendar();
    let show = Show { project: &project, path: &path, owner, may_manage, history, calendar };
    ui.page(&project.name, &show)
}
