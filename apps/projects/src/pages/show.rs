//! One project.

use askama::Template;
use platform::{
    Can, Path, Result, TenantDb, Ui,
    ui::{self, Calendar, Confirm},
};
use sea_orm::prelude::Uuid;

use super::delete;
use crate::{
    permissions::{Manage, View},
    project,
};

#[derive(Template)]
#[template(path = "projects/show.html")]
struct Show<'a> {
    project: &'a project::Model,
    path: &'a str,
    owner: Option<String>,
    question: Option<Confirm<'a>>,
    calendar: Calendar,
}

pub(crate) async fn show(who: Can<View>, db: TenantDb, ui: Ui, Path(id): Path<Uuid>) -> Result {
    let project = db.get::<project::Entity>(id).await?;
    let owner = project::owner(&db, project.owner_id).await?;
    let ui = ui.under("Projects", "/projects");
    let (path, title) = (project.path(), delete::title(&project.name));
    let action = format!("{path}/delete");
    let question = who.may::<Manage>().then(|| delete::question(&title, &action, ui.csrf()));
    let show = Show { project: &project, path: &path, owner, question, calendar: ui.calendar() };
    ui.page(&project.name, &show)
}
