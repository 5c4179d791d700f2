//! A project: the table, and everything one can do to a row.

mod entity;
mod overview;
mod search;
mod status;

use platform::{MemberId, OnUnique, Result, TenantDb, TenantEntity, clock, member};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, UpdateMany,
    prelude::{Date, Uuid},
    sea_query::Expr,
};

pub use entity::{ActiveModel, Column, Entity, Model};
pub use overview::{Changed, Counts, counts, newest, of_member};
pub use search::{Row, Search, Sort};
pub use status::Status;

impl TenantEntity for Entity {}

/// What people decide about a project.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Unique in the workspace.
    pub name: String,
    /// May be empty.
    pub summary: String,
    /// How it goes.
    pub status: Status,
    /// A member of the workspace.
    pub owner_id: Option<Uuid>,
    /// When it should be done.
    pub due: Option<Date>,
}

/// Another project has that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameTaken;

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
pub async fn find(db: &TenantDb, id: Uuid) -> Result<Option<Model>> {
    Ok(db.find::<Entity>().filter(Column::Id.eq(id)).one(db).await?)
}

/// A new project.
pub async fn create(db: &TenantDb, draft: Draft) -> Result<Result<Model, NameTaken>> {
    let now = clock::now();
    let row = ActiveModel {
        id: Set(Uuid::now_v7()),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..draft.into()
    };
    Ok(db.insert(row).on_unique(db, NAME, || NameTaken).await?)
}

/// Saves a change, if the project is still at the `version` that the person saw.
pub async fn save(db: &TenantDb, id: Uuid, version: i32, draft: Draft) -> Result<Saved> {
    let row =
        ActiveModel { version: Set(version + 1), updated_at: Set(clock::now()), ..draft.into() };
    let update = db.update_many::<Entity>().set(row).filter(Column::Id.eq(id));
    let update = update.filter(Column::Version.eq(version)).exec(db);
    Ok(match update.on_unique(db, NAME, || Saved::NameTaken).await? {
        Ok(done) if done.rows_affected == 0 => Saved::Overtaken,
        Ok(_) => Saved::Yes,
        Err(taken) => taken,
    })
}

/// Deletes projects; says how many there were.
pub async fn delete(db: &TenantDb, ids: &[Uuid]) -> Result<u64> {
    let rows = db.delete_many::<Entity>().filter(Column::Id.is_in(ids.iter().copied()));
    Ok(rows.exec(db).await?.rows_affected)
}

/// Gives projects a status; says how many there were.
pub async fn set_status(db: &TenantDb, ids: &[Uuid], status: Status) -> Result<u64> {
    let rows = change(db, ids).col_expr(Column::Status, Expr::value(status));
    Ok(rows.exec(db).await?.rows_affected)
}

/// Gives projects an owner, or none; says how many there were.
pub async fn set_owner(db: &TenantDb, ids: &[Uuid], owner: Option<Uuid>) -> Result<u64> {
    let rows = change(db, ids).col_expr(Column::OwnerId, Expr::value(owner));
    Ok(rows.exec(db).await?.rows_affected)
}

fn change(db: &TenantDb, ids: &[Uuid]) -> UpdateMany<Entity> {
    db.update_many::<Entity>()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(clock::now()))
}

/// The names of those projects that are there, in the order of the alphabet.
pub async fn names(db: &TenantDb, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let rows = db.find::<Entity>().filter(Column::Id.is_in(ids.iter().copied()));
    let rows = rows.select_only().columns([Column::Id, Column::Name]).order_by_asc(Column::Name);
    Ok(rows.into_tuple().all(db).await?)
}

/// Who can own a project: every member, by name.
pub async fn owners(db: &TenantDb) -> Result<Vec<(MemberId, String)>> {
    let rows = db.find::<member::Entity>().select_only();
    let rows = rows.columns([member::Column::Id, member::Column::Name]);
    let rows: Vec<(Uuid, String)> =
        rows.order_by_asc(member::Column::Name).into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|(id, name)| (MemberId(id), name)).collect())
}

/// The name of a project's owner.
pub async fn owner(db: &TenantDb, id: Option<Uuid>) -> Result<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    let member = db.find::<member::Entity>().filter(member::Column::Id.eq(id)).one(db).await?;
    Ok(member.map(|member| member.name))
}

impl From<Draft> for ActiveModel {
    fn from(draft: Draft) -> Self {
        Self {
            name: Set(draft.name),
            summary: Set(draft.summary),
            status: Set(draft.status),
            owner_id: Set(draft.owner_id),
            due: Set(draft.due),
            ..Default::default()
        }
    }
}
