//! What a change of how somebody logs in ends with, whichever it was.

use platform::{
    Result, UserId,
    catalog::CatalogTx,
    people::{
        NewSession, SessionChanges, Sessions, Token,
        entity::user::{Column, Entity},
    },
    process::Services,
};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};

use crate::{
    second_factor,
    security_log::{self, Place, What},
    trusted_device,
};

/// Commits it, with its entry in the log: every session ends, and a new one goes on in the browser that did it. A
/// copy of its cookie is worth nothing any more.
pub(crate) async fn commit_new_way_in(
    core: &Services,
    tx: CatalogTx,
    browser: NewSession,
    what: (What, &str),
) -> Result<Token> {
    let place = Place::from(&browser);
    security_log::note(&tx, browser.user, what, &place).await?;
    // What support began was about what there was before.
    second_factor::stop_reset(&tx, browser.user, &place).await?;
    let ended = end_everywhere(&core.sessions, &tx, browser.user).await?;
    let token = Sessions::open_within(&tx, browser).await?;
    tx.commit().await?;
    core.sessions.publish(ended);
    Ok(token)
}

/// Ends every session of a person, and the trust in every device. After the commit, call `publish`.
pub(crate) async fn end_everywhere(
    sessions: &Sessions,
    tx: &CatalogTx,
    user: UserId,
) -> Result<SessionChanges> {
    trusted_device::end_all(tx, user).await?;
    sessions.end_all_within(tx, user, None).await
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
