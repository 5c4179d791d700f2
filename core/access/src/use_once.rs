//! What a browser brings back may be used once, however often it is sent: nothing is written down until then.

use chrono::TimeDelta;
use core_base::{Result, clock};
use core_db::{CatalogDb, CatalogTx};
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};
use sha2::{Digest, Sha256};

use crate::entity::used_token::{ActiveModel, Column, Entity};

/// The same in a transaction of the caller's: what it allows and its use are one.
pub async fn use_once_within(
    tx: &CatalogTx,
    kind: &str,
    token: &str,
    life: TimeDelta,
) -> Result<bool> {
    let row = ActiveModel {
        token_hash: Set(Sha256::digest(format!("{kind}|{token}")).to_vec()),
        expires_at: Set(clock::now() + life),
    };
    let once = OnConflict::column(Column::TokenHash).do_nothing().to_owned();
    Ok(Entity::insert(row).on_conflict(once).exec_without_returning(tx).await? == 1)
}

/// Uses a token of this kind, which is refused by its age after `life`. `false`: it was used before.
pub async fn use_once(
    catalog: &CatalogDb,
    kind: &str,
    token: &str,
    life: TimeDelta,
) -> Result<bool> {
    let tx = catalog.begin().await?;
    let is_first = use_once_within(&tx, kind, token, life).await?;
    tx.commit().await?;
    Ok(is_first)
}
