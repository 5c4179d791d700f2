//! Links that prove an address: made when they are mailed, looked at as often as one likes, used once.

use chrono::TimeDelta;
use core_base::{Result, Token, clock};
use core_db::{CatalogDb, CatalogTx};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use crate::entity::email_link::{ActiveModel, Column, Entity, Model, Purpose};

/// The state of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkStatus {
    /// It proves this email address.
    Valid(String),
    /// It did, and has expired.
    Expired(String),
    /// Used already, or never made.
    Invalid,
}

/// Makes one for an address and puts an end to older ones with the same purpose: whoever asks again
/// no longer trusts the first. Made again with the same token it stays as it is, so that an email
/// that is written twice carries one link.
pub async fn make_link(
    catalog: &CatalogDb,
    token: &Token,
    purpose: Purpose,
    email: &str,
    valid: TimeDelta,
) -> Result<()> {
    let (hash, now) = (token.hash(), clock::now());
    let tx = catalog.begin().await?;
    Entity::update_many()
        .filter(Column::Email.eq(email))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::ExpiresAt.gt(now))
        .filter(Column::TokenHash.ne(hash))
        .col_expr(Column::ExpiresAt, Expr::value(now))
        .exec(&tx)
        .await?;
    insert(&tx, token, purpose, email, valid).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes one beside those that there are: each is good in the browser that asked for it, so that whoever asks in
/// somebody's stead takes nothing from them.
pub async fn make_link_beside(
    catalog: &CatalogDb,
    token: &Token,
    purpose: Purpose,
    email: &str,
    valid: TimeDelta,
) -> Result<()> {
    let tx = catalog.begin().await?;
    insert(&tx, token, purpose, email, valid).await?;
    tx.commit().await?;
    Ok(())
}

async fn insert(
    tx: &CatalogTx,
    token: &Token,
    purpose: Purpose,
    email: &str,
    valid: TimeDelta,
) -> Result<()> {
    let now = clock::now();
    let row = ActiveModel {
        token_hash: Set(token.hash()),
        purpose: Set(purpose),
        email: Set(email.to_owned()),
        created_at: Set(now),
        expires_at: Set(now + valid),
        used_at: Set(None),
    };
    let again = OnConflict::column(Column::TokenHash).do_nothing().to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
}

/// The state of a link; asking does not use it up, since mail programs open links on their own.
pub async fn link_status(catalog: &CatalogDb, purpose: Purpose, token: &str) -> Result<LinkStatus> {
    let Some(token) = Token::parse(token) else { return Ok(LinkStatus::Invalid) };
    let query = catalog.find::<Entity>().filter(Column::TokenHash.eq(token.hash()));
    let row: Option<Model> = query.filter(Column::Purpose.eq(purpose)).one(catalog).await?;
    Ok(match row {
        Some(row) if row.used_at.is_some() => LinkStatus::Invalid,
        Some(row) if row.expires_at <= clock::now() => LinkStatus::Expired(row.email),
        Some(row) => LinkStatus::Valid(row.email),
        None => LinkStatus::Invalid,
    })
}

/// Uses a link, in the transaction of what it allows. `false`: somebody was quicker, or its time is
/// over.
pub async fn use_link(tx: &CatalogTx, purpose: Purpose, token: &str) -> Result<bool> {
    let Some(token) = Token::parse(token) else { return Ok(false) };
    let now = clock::now();
    let used = Entity::update_many()
        .filter(Column::TokenHash.eq(token.hash()))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .col_expr(Column::UsedAt, Expr::value(now))
        .exec(tx)
        .await?;
    Ok(used.rows_affected == 1)
}

/// Puts an end to the open links of an address, as a part of what makes them needless: a password that
/// was changed otherwise.
pub async fn end_links(tx: &CatalogTx, purpose: Purpose, email: &str) -> Result<()> {
    let now = clock::now();
    Entity::update_many()
        .filter(Column::Email.eq(email))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::ExpiresAt.gt(now))
        .filter(Column::UsedAt.is_null())
        .col_expr(Column::ExpiresAt, Expr::value(now))
        .exec(tx)
        .await?;
    Ok(())
}
