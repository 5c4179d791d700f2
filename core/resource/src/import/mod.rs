//! Importing: the rows of a file are tried, and then become rows, a piece at a time, by jobs that go on after a kill.

pub mod entity;
mod job;
mod read;
mod row;
pub mod rows;

use chrono::TimeDelta;
use core_access::Member;
use core_base::{Error, Result, UserId, clock};
use core_db::TenantDb;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::Resource;
pub use entity::State;
use entity::{Column, Entity, Model};
pub use job::Import;
pub(crate) use job::import;
pub use read::LARGEST;
pub(crate) use read::{Sheet, read};

/// For so many days an import can be looked at.
const DAYS: i64 = 30;

/// Rows in a piece, each in a transaction of its own.
pub(crate) const PIECE: usize = 500;

/// The column of a file that names rows by their id.
pub(crate) const ID: &str = "id";

/// Keeps the rows of a file, with a guess what its columns are.
pub(crate) async fn keep(
    of: &Resource,
    db: &TenantDb,
    place: &str,
    (user, zone): (UserId, &str),
    (file, sheet): (&str, Sheet),
) -> Result<Uuid> {
    let old = Column::At.lt(clock::now() - TimeDelta::days(DAYS));
    db.delete_many::<Entity>().filter(old).exec(db).await?;
    let head = serde_json::to_string(&sheet.head)?;
    let before = db.find::<Entity>().filter(Column::Place.eq(place)).filter(Column::Head.eq(&head));
    let before = before.filter(Column::UserId.eq(user.0)).filter(Column::State.ne(State::Columns));
    let before = before.order_by_desc(Column::At).one(db).await?;
    // Whoever brings such a file again has said before what its columns are.
    let (columns, matched_by) = match before {
        Some(before) => (before.columns, before.matched_by),
        None => {
            let columns = of.guess(&sheet.head);
            let has_ids = columns.iter().any(|name| name == ID);
            let matched_by = if has_ids { ID.to_owned() } else { String::new() };
            (serde_json::to_string(&columns)?, matched_by)
        }
    };
    let id = Uuid::now_v7();
    let row = Model {
        id,
        place: place.to_owned(),
        file: file.to_owned(),
        state: State::Columns,
        head,
        columns,
        matched_by,
        rows: sheet.rows.len() as i64,
        piece: 0,
        made: 0,
        changed: 0,
        same: 0,
        failed: 0,
        user_id: user.0,
        zone: zone.to_owned(),
        at: clock::now(),
        operation: None,
    };
    db.insert(row.into_active_model()).await?;
    for (number, some) in sheet.rows.chunks(PIECE).enumerate() {
        let row = rows::Model {
            import_id: id,
            piece: i32::try_from(number).unwrap_or(i32::MAX),
            rows: serde_json::to_string(some)?,
            failures: "[]".to_owned(),
        };
        db.insert(row.into_active_model()).await?;
    }
    Ok(id)
}

/// Somebody's imports at one place, the latest first.
pub(crate) async fn latest(
    db: &TenantDb,
    place: &str,
    user: UserId,
    many: u64,
) -> Result<Vec<Model>> {
    let mine = db.find::<Entity>().filter(Column::Place.eq(place));
    let mine = mine.filter(Column::UserId.eq(user.0)).order_by_desc(Column::At);
    Ok(mine.limit(many).all(db).await?)
}

/// One of them; `is_held`: nobody else moves it on until the transaction ends.
pub(crate) async fn one(
    db: &TenantDb,
    id: Uuid,
    place: &str,
    is_held: bool,
) -> Result<Option<Model>> {
    let one = db.find::<Entity>().filter(Column::Id.eq(id)).filter(Column::Place.eq(place));
    Ok(if is_held { one.lock_exclusive() } else { one }.one(db).await?)
}

/// The same for a reader: what a file holds is for them who brought it, and for owners, who see everything.
pub(crate) async fn one_for(
    db: &TenantDb,
    id: Uuid,
    place: &str,
    member: &Member,
    is_held: bool,
) -> Result<Model> {
    let import = one(db, id, place, is_held).await?;
    let is_for = |import: &Model| import.user_id == member.user.0 || member.permissions.is_owner();
    import.filter(is_for).ok_or(Error::NotFound)
}

/// Writes what became of it.
pub(crate) async fn put(db: &TenantDb, import: Model) -> Result<()> {
    import.into_active_model().reset_all().update(db).await?;
    Ok(())
}

/// A piece of its rows.
pub(crate) async fn piece(db: &TenantDb, id: Uuid, number: i32) -> Result<Option<rows::Model>> {
    Ok(rows::Entity::find_by_id((id, number)).one(db).await?)
}

/// Forgets it, with its rows.
pub(crate) async fn forget(db: &TenantDb, id: Uuid) -> Result<()> {
    db.delete_many::<Entity>().filter(Column::Id.eq(id)).exec(db).await?;
    Ok(())
}

/// Pieces in which something failed, in their order.
pub(crate) async fn failures(
    db: &TenantDb,
    id: Uuid,
    after: i32,
    many: u64,
) -> Result<Vec<rows::Model>> {
    let some = rows::Entity::find().filter(rows::Column::ImportId.eq(id));
    let some = some.filter(rows::Column::Failures.ne("[]")).filter(rows::Column::Piece.gt(after));
    Ok(some.order_by_asc(rows::Column::Piece).limit(many).all(db).await?)
}

impl Resource {
    /// For each column of a file the name of a field that is called so; empty: none is.
    fn guess(&self, head: &[String]) -> Vec<String> {
        let plain = |text: &str| -> String {
            let letters = text.chars().filter(|c| c.is_alphanumeric());
            letters.flat_map(char::to_lowercase).collect()
        };
        let mut taken = vec![];
        let mut guess = |name: &String| {
            let known = plain(name);
            let found = match &*known {
                ID => Some(ID),
                _ => self.importable().map(|(name, _)| name).find(|name| {
                    let label = self.field(name).map(|at| self.fields[at].parts.label);
                    plain(name) == known || label.is_some_and(|label| plain(label) == known)
                }),
            };
            let found = found.filter(|name| !taken.contains(name)).unwrap_or_default();
            taken.extend((!found.is_empty()).then_some(found));
            found.to_owned()
        };
        head.iter().map(&mut guess).collect()
    }

    /// The fields that a file can bring: names, and what people call them.
    pub(crate) fn importable(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let all = self.fields.iter().filter(|field| field.parts.is_in_form);
        all.map(|field| (field.parts.name, field.parts.label))
    }

    /// The fields by which a row of a file can name one that there is.
    pub(crate) fn identifying(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let all = self.fields.iter().filter(|field| {
            field.parts.is_in_form && field.parts.taken.is_some() && field.parts.referred.is_none()
        });
        all.map(|field| (field.parts.name, field.parts.label))
    }
}

/// A cell as text, for the file of what failed.
pub(crate) fn text(cell: &Json) -> String {
    match cell {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}
