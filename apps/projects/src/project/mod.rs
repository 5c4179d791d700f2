//! A project: the table, and everything one can do to a row.

mod chosen;
mod draft;
mod entity;
mod limit;
mod overview;
mod search;
mod sort;
mod status;

use platform::{
    Audit, LimitReached, MemberId, OnUnique, Result, TenantDb, TenantEntity, Verdict, clock,
    entitlements, ids, member,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder, QuerySelect, prelude::Date};

pub use chosen::{Chosen, Glance};
pub use draft::Draft;
pub use entity::{ActiveModel, Column, Entity, Model};
pub use limit::Projects;
pub(crate) use limit::keep_owner;
pub use overview::{Changed, Counts, counts, newest, of_member};
pub use search::{Owner, Row, Search};
pub use sort::Sort;
pub use status::Status;

ids! {
    /// A project.
    ProjectId
}

impl TenantEntity for Entity {
    fn audit() -> Audit<Self> {
        let noise = [Column::Version, Column::CreatedAt, Column::UpdatedAt];
        let audit = Audit::of("project").titled(Column::Name).without(noise);
        audit.words(Column::Status, |word| Status::parse(word).map(Status::label))
    }

    fn problem(row: &Model) -> Option<String> {
        Draft::from(row).problem()
    }
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is saved.
    Yes,
    /// Another project has that name.
    NameTaken,
    /// Somebody else saved the project meanwhile, or deleted it.
    Overtaken,
}

const NAME: &str = "projects_name_key";

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

/// The project, unless somebody deleted it.
pub async fn find(db: &TenantDb, id: ProjectId) -> Result<Option<Model>> {
    Ok(db.find::<Entity>().filter(Column::Id.eq(id)).one(db).await?)
}

/// Why there is no new project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotCreated {
    /// Another project has this name.
    NameTaken,
    /// There are as many as the workspace may have.
    LimitReached(LimitReached),
}

/// A new project. A draft that [`Draft::check`] would refuse is an error.
pub async fn create(db: &TenantDb, draft: Draft) -> Verdict<Model, NotCreated> {
    if let Err(full) = entitlements::room_for::<Projects>(db, 1).await? {
        return Ok(Err(NotCreated::LimitReached(full)));
    }
    let now = clock::now();
    let row = ActiveModel {
        id: Set(ProjectId::new()),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..draft.good()?.into()
    };
    Ok(db.insert(row).on_unique(db, NAME, || NotCreated::NameTaken).await?)
}

/// Saves a change to the project `before`, if it is still at the version `seen` by the person. A
/// draft that [`Draft::check`] would refuse is an error.
///
/// `before` is what this transaction reads; a rule that compares the two stands here.
pub async fn save(db: &TenantDb, before: &Model, seen: i32, draft: Draft) -> Result<Saved> {
    let draft = draft.good()?;
    if before.version != seen {
        return Ok(Saved::Overtaken);
    }
    let row = ActiveModel { version: Set(seen + 1), updated_at: Set(clock::now()), ..draft.into() };
    let update = db.update_many::<Entity>().set(row).filter(Column::Id.eq(before.id));
    let update = update.filter(Column::Version.eq(seen)).exec(db);
    Ok(match update.on_unique(db, NAME, || Saved::NameTaken).await? {
        Ok(done) if done.rows_affected == 0 => Saved::Overtaken,
        Ok(_) => Saved::Yes,
        Err(taken) => taken,
    })
}

/// Who can own a project: every member, by name.
pub async fn owners(db: &TenantDb) -> Result<Vec<(MemberId, String)>> {
    let rows = db.find::<member::Entity>().select_only();
    let rows = rows.columns([member::Column::Id, member::Column::Name]);
    let rows: Vec<(MemberId, String)> =
        rows.order_by_asc(member::Column::Name).into_tuple().all(db).await?;
    Ok(rows)
}

/// The name of a project's owner.
pub async fn owner(db: &TenantDb, id: Option<MemberId>) -> Result<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    let member = db.find::<member::Entity>().filter(member::Column::Id.eq(id)).one(db).await?;
    Ok(member.map(|member| member.name))
}
