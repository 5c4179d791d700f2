//! The noun: a browser that stands for the second step for thirty days. What it holds is worth nothing without
//! the first step, and ends with any change of how its person logs in.

mod entity;

use std::time::Duration;

use chrono::TimeDelta;
use platform::{
    Result, UserId,
    catalog::{CatalogDb, CatalogTx},
    clock,
    people::Token,
    process::Services,
    request::{Cookies, Response, SetCookie},
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, sea_query::Expr};
use uuid::Uuid;

use entity::{ActiveModel, Column};
pub use entity::{Entity, Model};

use crate::security_log::{self, Place, What};

const COOKIE: &str = "__Host-trusted";
const DAYS: u64 = 30;
const AGE: Duration = Duration::from_hours(DAYS * 24);
/// So many people may trust one browser, and so many browsers one person.
const MOST: usize = 10;
const DIGITS: usize = 64;

/// What a browser holds: a token for each person who trusts it, the newest first.
#[derive(Clone, Default)]
pub(crate) struct Held(Vec<Token>);

impl Held {
    pub(crate) fn of(cookies: &Cookies) -> Self {
        let text = cookies.get(COOKIE).unwrap_or_default();
        let parts = text.as_bytes().chunks(DIGITS).take(MOST);
        Self(parts.map_while(|part| Token::parse(std::str::from_utf8(part).ok()?)).collect())
    }

    fn hashes(&self) -> impl Iterator<Item = Vec<u8>> {
        self.0.iter().map(|token| token.hash())
    }
}

/// Does this browser stand for the second step of this person? It is noted that it did.
pub(crate) async fn stands_for(catalog: &CatalogDb, held: &Held, user: UserId) -> Result<bool> {
    if held.0.is_empty() {
        return Ok(false);
    }
    let now = clock::now();
    let used = catalog
        .update_many::<Entity>()
        .filter(Column::UserId.eq(user))
        .filter(Column::TokenHash.is_in(held.hashes()))
        // A clock that was put back makes none last longer.
        .filter(Column::ExpiresAt.gt(now))
        .filter(Column::CreatedAt.lte(now))
        .col_expr(Column::UsedAt, Expr::value(now))
        .exec(catalog)
        .await?;
    Ok(used.rows_affected > 0)
}

/// From now on this browser stands for the second step of this person, who proves it in this transaction. Give what
/// comes back to [`hold`].
pub(crate) async fn trust(
    tx: &CatalogTx,
    user: UserId,
    held: &Held,
    place: &Place,
) -> Result<Token> {
    let (token, now) = (Token::random(), clock::now());
    let before = tx.delete_many::<Entity>().filter(Column::UserId.eq(user));
    before.filter(Column::TokenHash.is_in(held.hashes())).exec(tx).await?;
    let row = ActiveModel::from(Model {
        id: Uuid::now_v7(),
        user_id: user,
        token_hash: token.hash(),
        user_agent: place.user_agent.clone(),
        address: place.address.clone(),
        created_at: now,
        used_at: now,
        expires_at: now + TimeDelta::days(DAYS as i64),
    });
    tx.insert(row).await?;
    let all = tx.find::<Entity>().filter(Column::UserId.eq(user));
    let all = all.order_by_desc(Column::CreatedAt).all(tx).await?;
    let oldest = all.into_iter().skip(MOST).map(|one| one.id);
    tx.delete_many::<Entity>().filter(Column::Id.is_in(oldest)).exec(tx).await?;
    security_log::note(tx, user, (What::DeviceTrusted, ""), place).await?;
    Ok(token)
}

/// Leaves it in the browser, before what others left there.
pub(crate) fn hold(token: Token, mut held: Held, response: &mut Response) {
    held.0.insert(0, token);
    let text: String = held.0.iter().take(MOST).map(Token::expose).collect();
    SetCookie::new(COOKIE, text, Some(AGE)).put(response);
}

/// A person's, and whether each is this browser; the newest first.
pub(crate) async fn of_user(
    catalog: &CatalogDb,
    user: UserId,
    held: &Held,
) -> Result<Vec<(Model, bool)>> {
    let query = catalog.find::<Entity>().filter(Column::UserId.eq(user));
    let query = query.filter(Column::ExpiresAt.gt(clock::now()));
    let all = query.order_by_desc(Column::CreatedAt).all(catalog).await?;
    let here: Vec<_> = held.hashes().collect();
    let is_here = |one: &Model| here.contains(&one.token_hash);
    Ok(all.into_iter().map(|one| (is_here(&one), one)).map(|(here, one)| (one, here)).collect())
}

/// Ends it. `false`: it is not theirs, or is over.
pub(crate) async fn end(core: &Services, user: UserId, id: Uuid, place: &Place) -> Result<bool> {
    let tx = core.store.catalog().begin().await?;
    let one = tx.delete_many::<Entity>().filter(Column::Id.eq(id));
    let gone = one.filter(Column::UserId.eq(user)).exec(&tx).await?.rows_affected > 0;
    if gone {
        security_log::note(&tx, user, (What::TrustEnded, ""), place).await?;
        tx.commit().await?;
    }
    Ok(gone)
}

/// Ends all of a person's.
pub(crate) async fn end_all(tx: &CatalogTx, user: UserId) -> Result<()> {
    tx.delete_many::<Entity>().filter(Column::UserId.eq(user)).exec(tx).await?;
    Ok(())
}

/// Forgets what is over.
pub(crate) async fn prune(catalog: &CatalogDb) -> Result<()> {
    let old = catalog.delete_many::<Entity>().filter(Column::ExpiresAt.lt(clock::now()));
    old.exec(catalog).await?;
    Ok(())
}
