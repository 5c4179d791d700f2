//! What a change of how somebody logs in ends with, whichever it was.

use platform::{
    Result, UserId,
    catalog::CatalogTx,
    people::{
        NewSession, Sessions, Token,
        entity::user::{Column, Entity},
    },
    process::Services,
};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};

/// Commits it: every session ends, and a new one goes on in the browser that did it. A copy of its cookie is worth
/// nothing any more.
pub async fn commit_new_way_in(
    core: &Services,
    tx: CatalogTx,
    browser: NewSession,
) -> Result<Token> {
    let ended = core.sessions.end_all_within(&tx, browser.user, None).await?;
    let token = Sessions::open_within(&tx, browser).await?;
    tx.commit().await?;
    core.sessions.publish(ended);
    Ok(token)
}

/// Whoever else changes how this person logs in waits until the transaction ends.
pub async fn lock(tx: &CatalogTx, user: UserId) -> Result<()> {
    let same = Expr::col(Column::Zone);
    let row = tx.update_many::<Entity>().filter(Column::Id.eq(user));
    row.col_expr(Column::Zone, same).exec(tx).await?;
    Ok(())
}

/// Can they log in with a password?
pub async fn has_password(tx: &CatalogTx, user: UserId) -> Result<bool> {
    let person = tx.find::<Entity>().filter(Column::Id.eq(user)).one(tx).await?;
    Ok(person.is_some_and(|person| !person.password_hash.is_empty()))
}
