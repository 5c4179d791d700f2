//! A project: the table, what people see of it, and its rules.

mod draft;
mod entity;
mod limit;
mod overview;
mod status;

use std::{
    fmt::{self, Write},
    sync::LazyLock,
};

use platform::{
    Audit, TenantEntity, ids,
    resource::{Builder, Resource, Row, choice, day, long_text, person, since, text},
    ui::{self, Calendar, Tone},
};
use sea_orm::prelude::Date;

pub use draft::Draft;
pub use entity::{ActiveModel, COLUMN, Column, Entity, Model};
pub use limit::Projects;
pub(crate) use limit::keep_owner;
pub use overview::{Changed, Counts, counts, newest, of_member};
pub use status::Status;

ids! {
    /// A project.
    ProjectId
}

/// What people see of a project, wherever they see it.
pub fn resource() -> Builder<Entity> {
    use COLUMN as C;
    Builder::new("project", "projects")
        .field(
            text(C.name, 80)
                .title()
                .unique("Another project has this name. Choose a different one.")
                .searched()
                .sorted(),
        )
        .field(
            long_text(C.summary, 500)
                .subtitle()
                .searched()
                .help("One or two sentences. Shown in the list."),
        )
        .field(
            choice::<Status, _>(Column::Status)
                .filtered()
                .sorted()
                .bulk("Mark as")
                .icon("circle-dot")
                .under_title()
                .class("max-sm:hidden"),
        )
        .field(
            person(Column::OwnerId)
                .listed()
                .searched()
                .filtered()
                .bulk("Assign")
                .mine()
                .class("max-md:hidden max-w-36 xl:max-w-48"),
        )
        .field(
            day(C.due)
                .none("No date")
                .sorted()
                .cell(|row, calendar, to| due(row, calendar, false, to))
                .detail(|row, calendar, to| due(row, calendar, true, to))
                .class("whitespace-nowrap max-sm:hidden"),
        )
        .field(since(C.updated_at).first_down().class("whitespace-nowrap text-muted max-xl:hidden"))
        .version(C.version)
        .times(C.created_at, C.updated_at)
        .limit::<Projects>()
        .empty(
            "Start your first project",
            "A project says what is to be done, by whom and until when.",
        )
}

impl TenantEntity for Entity {
    fn audit() -> Audit<Self> {
        let noise = [Column::Version, Column::CreatedAt, Column::UpdatedAt];
        let audit = Audit::of("project").titled(Column::Name).without(noise).restorable();
        audit.words(Column::Status, |word| Status::parse(word).map(Status::label))
    }

    fn problem(row: &Model) -> Option<String> {
        static RULES: LazyLock<Option<Resource>> = LazyLock::new(|| resource().build().ok());
        RULES.as_ref().and_then(|rules| rules.problem::<Self>(row))
    }
}

impl Model {
    /// Where it is shown.
    pub fn path(&self) -> String {
        format!("/projects/{}", self.id)
    }

    /// Whether it should be done by now, and is not.
    pub fn is_overdue(&self, today: Date) -> bool {
        is_overdue(self.status, self.due, today)
    }
}

/// Whether a project in this state should be done by now, and is not.
pub fn is_overdue(status: Status, due: Option<Date>, today: Date) -> bool {
    status != Status::Done && due.is_some_and(|due| due < today)
}

/// When it should be done, how far that is, and whether it is over.
fn due(row: &Row, calendar: &Calendar, is_detail: bool, to: &mut dyn Write) -> fmt::Result {
    let Some(due) = row.get::<Date, _>(Column::Due) else {
        return to.write_str("<span class=\"text-muted\">No date</span>");
    };
    write!(to, "{}", calendar.date(due))?;
    if is_detail {
        write!(
            to,
            " <span class=\"whitespace-nowrap text-muted\">({})</span>",
            calendar.away(due)
        )?;
    }
    let status = row.get::<Status, _>(Column::Status).unwrap_or_default();
    if is_overdue(status, Some(due), calendar.today()) {
        let badge = ui::badge("Overdue", Tone::Error, true);
        write!(to, " <span class=\"max-xl:mt-1 max-xl:inline-block\">{badge}</span>")?;
    }
    Ok(())
}
