//! A widget: the table, and everything one can do to a row.

mod entity;
mod search;

use platform::{OnUnique, Result, TenantDb, TenantEntity, clock};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, prelude::Uuid};

pub use entity::{ActiveModel, Column, Entity, Model};
pub use search::{Row, Search};

impl TenantEntity for Entity {}

/// What people decide about a widget.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Unique in the workspace.
    pub name: String,
    /// May be empty.
    pub notes: String,
}

/// Another widget has that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameTaken;

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is saved.
    Yes,
    /// Another widget has that name.
    NameTaken,
    /// Somebody else saved the widget meanwhile, or deleted it.
    Overtaken,
}

const NAME: &str = "widgets_name_key";

impl Model {
    /// Where it is shown.
    pub fn path(&self) -> String {
        format!("/widgets/{}", self.id)
    }
}

/// A new widget.
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

/// Saves a change, if the widget is still at the `version` that the person saw.
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

/// Deletes a widget; says whether it was there.
pub async fn delete(db: &TenantDb, id: Uuid) -> Result<bool> {
    let rows = db.delete_many::<Entity>().filter(Column::Id.eq(id));
    Ok(rows.exec(db).await?.rows_affected == 1)
}

impl From<Draft> for ActiveModel {
    fn from(draft: Draft) -> Self {
        Self { name: Set(draft.name), notes: Set(draft.notes), ..Default::default() }
    }
}
