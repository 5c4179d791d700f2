//! Another password: behind a mailed link, or for whoever knows the old one.

use platform::{
    Later, Result, UserId,
    spine::{
        CatalogTx, Core, Session, SessionId,
        entity::user::{Column, Entity, Model},
        use_link,
    },
};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};

use super::{Proven, hash, verify};
use crate::jobs::TellPasswordChanged;

/// Gives the person with a proven address another password. `false`: the link was used meanwhile.
pub async fn set_password(core: &Core, proven: Proven<'_>, password: &str) -> Result<bool> {
    let hash = hash(password.to_owned()).await?;
    let tx = core.store.catalog().begin().await?;
    if !use_link(&tx, proven.purpose, proven.token).await? {
        return Ok(false);
    }
    let query = tx.find::<Entity>().filter(Column::Email.eq(proven.email));
    let Some(person) = query.one(&tx).await? else { return Ok(false) };
    replace(core, tx, &person, hash, None).await
}

/// Gives the person of this session another password. `false`: `current` is not the one they have.
pub async fn change_password(
    core: &Core,
    session: &Session,
    current: &str,
    password: &str,
) -> Result<bool> {
    let query = core.store.catalog().find::<Entity>().filter(Column::Id.eq(session.user.0));
    let Some(person) = query.one(core.store.catalog()).await? else { return Ok(false) };
    let known = Some(person.password_hash.clone()).filter(|hash| !hash.is_empty());
    if !verify(current.to_owned(), known).await? {
        return Ok(false);
    }
    let hash = hash(password.to_owned()).await?;
    let tx = core.store.catalog().begin().await?;
    replace(core, tx, &person, hash, Some(session.id)).await
}

/// The new password, the end of all other sessions and the letter about it are one change. `false`:
/// the password became another one meanwhile.
async fn replace(
    core: &Core,
    tx: CatalogTx,
    person: &Model,
    hash: String,
    except: Option<SessionId>,
) -> Result<bool> {
    let done = tx
        .update_many::<Entity>()
        .filter(Column::Id.eq(person.id))
        .filter(Column::PasswordHash.eq(&person.password_hash))
        .col_expr(Column::PasswordHash, Expr::value(hash))
        .exec(&tx)
        .await?;
    if done.rows_affected == 0 {
        return Ok(false);
    }
    let job = TellPasswordChanged { name: person.name.clone(), email: person.email.clone() };
    job.later(&tx).await?;
    let ended = core.sessions.end_all_within(&tx, UserId(person.id), except).await?;
    tx.commit().await?;
    core.sessions.tell(ended);
    Ok(true)
}
