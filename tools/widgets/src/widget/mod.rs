//! A widget: the table, and everything one can do to a row.

mod draft;
mod entity;
mod search;

use platform::{Audit, OnUnique, Result, TenantDb, TenantEntity, Verdict, clock, ids};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter};

pub use draft::Draft;
pub use entity::{ActiveModel, Column, Entity, Model};
pub use search::{Row, Search};

ids! {
    /// A widget.
    WidgetId
}

impl TenantEntity for Entity {
    fn audit() -> Audit<Self> {
        let noise = [Column::Version, Column::CreatedAt, Column::UpdatedAt];
        Audit::of("widget").titled(Column::Name).without(noise)
    }

    fn problem(row: &Model) -> Option<String> {
        Draft::from(row).problem()
    }
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

/// A new widget. A draft that [`Draft::check`] would refuse is an error.
pub async fn create(db: &TenantDb, draft: Draft) -> Verdict<Model, NameTaken> {
    let now = clock::now();
    let row = ActiveModel {
        id: Set(WidgetId::new()),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..draft.good()?.into()
    };
    Ok(db.insert(row).on_unique(db, NAME, || NameTaken).await?)
}

/// Saves a change to the widget `before`, if it is still at the version `seen` by the person. A draft
/// that [`Draft::check`] would refuse is an error.
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

/// Deletes a widget; says whether it was there.
pub async fn delete(db: &TenantDb, id: WidgetId) -> Result<bool> {
    let rows = db.delete_many::<Entity>().filter(Column::Id.eq(id));
    Ok(rows.exec(db).await?.rows_affected == 1)
}
