//! One project.

use askama::Template;
use platform::{
    Can, Path, Result, TenantDb, Ui, clock,
    spine::Here,
    ui::{self, Confirm},
};
use sea_orm::prelude::{Date, DateTimeUtc, Uuid};

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
    now: DateTimeUtc,
    today: Date,
}

pub(crate) async fn show(
    who: Can<View>,
    here: Here,
    db: TenantDb,
    ui: Ui,
    Path(id): Path<Uuid>,
) -> Result {
    let project = db.get::<project::Entity>(id).await?;
    let owner = project::owner(&db, project.owner_id).await?;
    let ui = ui.under("Projects", "/projects");
    let (path, title) = (project.path(), delete::title(&project.name));
    let action = format!("{path}/delete");
    let question = who.may::<Manage>().then(|| delete::question(&title, &action, ui.csrf()));
    let (now, today) = (clock::now(), here.today());
    let show = Show { project: &project, path: &path, owner, question, now, today };
    ui.page(&project.name, &show)
}

/// How far away a day is, in words.
fn distance(due: &Date, today: Date) -> String {
    let days = (*due - today).num_days();
    let (many, unit) = match days.unsigned_abs() {
        0 => return "today".to_owned(),
        many @ 1..=13 => (many, "day"),
        many @ 14..=60 => (many / 7, "week"),
        many @ 61..=729 => (many / 30, "month"),
        many => (many / 365, "year"),
    };
    let s = if many == 1 { "" } else { "s" };
    if days > 0 { format!("in {many} {unit}{s}") } else { format!("{many} {unit}{s} ago") }
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn days_are_told_in_words() {
        let day = |text: &str| text.parse().unwrap();
        let told = |due: &str| distance(&day(due), day("2026-11-21"));
        assert_eq!(told("2026-11-21"), "today");
        assert_eq!(told("2026-11-22"), "in 1 day");
        assert_eq!(told("2026-12-12"), "in 3 weeks");
        assert_eq!(told("2027-03-01"), "in 3 months");
        assert_eq!(told("2029-03-01"), "in 2 years");
        assert_eq!(told("2026-11-18"), "3 days ago");
    }
}
