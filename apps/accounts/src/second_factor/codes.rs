//! Recovery codes: made ten at a time, shown once, kept as hashes.

use platform::{
    Result, UserId,
    catalog::{CatalogDb, CatalogTx},
    clock,
    people::Token,
};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Proof,
    code::{ActiveModel, Column, Entity, Model},
};

const MANY: usize = 10;
/// Without those that look alike.
const LETTERS: &[u8; 32] = b"23456789abcdefghijkmnpqrstuvwxyz";
const LONG: usize = 24;
/// Those of a release before.
const SHORT: usize = 16;

/// New codes in place of all that there were.
pub(super) async fn make(tx: &CatalogTx, user: UserId) -> Result<Vec<String>> {
    tx.delete_many::<Entity>().filter(Column::UserId.eq(user)).exec(tx).await?;
    let codes: Vec<String> = (0..MANY).map(|_| random()).collect();
    let row = |code: &String| {
        ActiveModel::from(Model {
            id: Uuid::now_v7(),
            user_id: user,
            code_hash: hash(code),
            used_at: None,
            created_at: clock::now(),
        })
    };
    for code in &codes {
        tx.insert(row(code)).await?;
    }
    Ok(codes.iter().map(|code| shown(code)).collect())
}

/// Uses a code up.
pub(super) async fn take(catalog: &CatalogDb, user: UserId, typed: &str) -> Result<Option<Proof>> {
    let typed = typed.to_lowercase();
    if ![LONG, SHORT].contains(&typed.len()) {
        return Ok(None);
    }
    let used = catalog
        .update_many::<Entity>()
        .filter(Column::UserId.eq(user))
        .filter(Column::CodeHash.eq(hash(&typed)))
        .filter(Column::UsedAt.is_null())
        .col_expr(Column::UsedAt, Expr::value(Some(clock::now())))
        .exec(catalog)
        .await?;
    if used.rows_affected == 0 {
        return Ok(None);
    }
    let left = catalog.find::<Entity>().filter(Column::UserId.eq(user));
    let left = left.filter(Column::UsedAt.is_null()).count(catalog).await?;
    Ok(Some(Proof::Recovery(left)))
}

/// In groups of four, as people read it.
pub fn shown(code: &str) -> String {
    let groups: Vec<_> = code.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    groups.join("-")
}

/// 120 bits.
fn random() -> String {
    let token = Token::random().hash();
    token.iter().take(LONG).map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

/// Enough for so many bits of chance, as for tokens.
fn hash(code: &str) -> Vec<u8> {
    Sha256::digest(code.as_bytes()).to_vec()
}
