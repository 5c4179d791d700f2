//! Forms that could not be taken: sealed for the browser that sent them, until it comes back.

use chrono::TimeDelta;
use core_base::{Result, clock};
use core_db::CatalogDb;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, prelude::Uuid};

use crate::entity::kept_form::{ActiveModel, Column, Entity};

/// Keeps a sealed form under `id` for as long as `valid`.
pub async fn keep_form(
    catalog: &CatalogDb,
    id: Uuid,
    content: Vec<u8>,
    valid: TimeDelta,
) -> Result<()> {
    let expires_at = Set(clock::now() + valid);
    let row = ActiveModel { id: Set(id), content: Set(content), expires_at };
    // Lost with the power, it was as if the browser had been closed.
    let tx = catalog.begin_without_fsync().await?;
    Entity::insert(row).exec_without_returning(&tx).await?;
    Ok(tx.commit().await?)
}

/// The sealed form of this id, if its time is not over.
pub async fn kept_form(catalog: &CatalogDb, id: Uuid) -> Result<Option<Vec<u8>>> {
    let query = catalog.find::<Entity>().filter(Column::Id.eq(id));
    let row = query.filter(Column::ExpiresAt.gt(clock::now())).one(catalog).await?;
    Ok(row.map(|row| row.content))
}
