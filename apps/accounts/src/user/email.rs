//! Another address: confirmed where it is, told where it was, and undone from there for a week.

use chrono::{DateTime, TimeDelta, Utc};
use platform::{
    Later, Result, UserId, Verdict,
    catalog::{CatalogTx, violates},
    clock,
    people::{
        NewSession, Session, Token, end_links,
        entity::{
            email_link::Purpose,
            membership,
            user::{Column, Entity},
        },
        use_once_within,
    },
    process::Services,
};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};
use serde::{Deserialize, Serialize};
use std::time::Duration;

use super::{commit_new_way_in, end_everywhere, undone};
use crate::{
    connection, deletion,
    jobs::{CopyName, TellEmailChanged},
    passkey,
    sealed::Sealed,
    second_factor,
    security_log::{self, Place, What},
};

/// In the link that the new address gets.
pub(crate) const CHANGE: Sealed = Sealed { name: "change of email", age: Duration::from_hours(24) };
/// In the link that the old address gets.
pub(crate) const UNDO: Sealed = Sealed { name: "undo of email", age: Duration::from_hours(7 * 24) };

/// A change that somebody asked for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EmailChange {
    pub(crate) user: UserId,
    pub(crate) old: String,
    pub(crate) new: String,
}

/// A change that was made, for whoever reads mail at the old address.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EmailUndo {
    pub(crate) user: UserId,
    pub(crate) old: String,
    pub(crate) at: DateTime<Utc>,
}

/// Why an address stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stays {
    /// Somebody has the new one by now.
    Taken,
    /// It is another one by now than when the link was sent.
    Over,
}

/// Makes the change. Every session ends but the one that is given back.
pub(crate) async fn change_email(
    core: &Services,
    session: &Session,
    browser: NewSession,
    change: &EmailChange,
) -> Verdict<Token, Stays> {
    let tx = core.store.catalog().begin().await?;
    let set = tx
        .update_many::<Entity>()
        .filter(Column::Id.eq(change.user))
        .filter(Column::Email.eq(&change.old))
        .col_expr(Column::Email, Expr::value(&change.new))
        .exec(&tx)
        .await;
    match set {
        Ok(done) if done.rows_affected == 0 => return Ok(Err(Stays::Over)),
        Ok(_) => {}
        Err(error) if violates(&error, "users_email_key") => return Ok(Err(Stays::Taken)),
        Err(error) => return Err(error.into()),
    }
    end_all_links(&tx, &change.old).await?;
    copy(&tx, change.user).await?;
    let (old, at) = (change.old.clone(), clock::now());
    let undo = UNDO.seal(core, EmailUndo { user: change.user, old: old.clone(), at })?;
    let (name, new) = (session.name.clone(), change.new.clone());
    TellEmailChanged { name, old, new, undo }.later(&tx).await?;
    Ok(Ok(commit_new_way_in(core, tx, browser, (What::EmailChanged, &change.new)).await?))
}

/// What became of taking an account back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undone {
    Done,
    /// It was done already, or an earlier change was undone.
    Over,
    /// Somebody has the address by now.
    Taken,
}

/// Gives somebody the old address back. Whoever changed it may have changed more: every session ends, the password is
/// none, and each way in that was added since, or in the week before, is gone. The owner chooses a new password by email.
///
/// Of several changes the link of the first one counts: what a later one calls the old address may be a thief's.
pub(crate) async fn undo_email(core: &Services, undo: &EmailUndo, place: &Place) -> Result<Undone> {
    let tx = core.store.catalog().begin().await?;
    super::lock(&tx, undo.user).await?;
    let person = tx.find::<Entity>().filter(Column::Id.eq(undo.user)).one(&tx).await?;
    let Some(person) = person else { return Ok(Undone::Over) };
    let before = tx.find::<undone::Entity>().filter(undone::Column::UserId.eq(undo.user));
    if let Some(before) = before.one(&tx).await?
        && (before.changed_at..=before.undone_at).contains(&undo.at)
    {
        return Ok(Undone::Over);
    }
    let set = tx
        .update_many::<Entity>()
        .filter(Column::Id.eq(undo.user))
        .col_expr(Column::Email, Expr::value(&undo.old))
        .col_expr(Column::PasswordHash, Expr::value(""))
        .exec(&tx)
        .await;
    match set {
        Ok(_) => {}
        Err(error) if violates(&error, "users_email_key") => return Ok(Undone::Taken),
        Err(error) => return Err(error.into()),
    }
    tx.delete_many::<undone::Entity>()
        .filter(undone::Column::UserId.eq(undo.user))
        .exec(&tx)
        .await?;
    let row = undone::Model { user_id: undo.user, changed_at: undo.at, undone_at: clock::now() };
    tx.insert(undone::ActiveModel::from(row)).await?;
    end_all_links(&tx, &person.email).await?;
    remove_ways_in(&tx, undo.user, undo.at - TimeDelta::days(7)).await?;
    copy(&tx, undo.user).await?;
    stop_what_was_begun(&tx, undo.user, place).await?;
    security_log::note(&tx, undo.user, (What::EmailTakenBack, &undo.old), place).await?;
    let ended = end_everywhere(&core.sessions, &tx, undo.user).await?;
    tx.commit().await?;
    core.sessions.publish(ended);
    Ok(Undone::Done)
}

/// Ends what somebody who got in may have left behind: every session, the password, what was added since then. `false`:
/// the link was used already, or the address is another one by now.
pub(crate) async fn lock_out(
    core: &Services,
    (user, email): (UserId, &str),
    since: DateTime<Utc>,
    token: &str,
    place: &Place,
) -> Result<bool> {
    let tx = core.store.catalog().begin().await?;
    if !use_once_within(&tx, "not me", token, TimeDelta::days(7)).await? {
        return Ok(false);
    }
    let same = tx
        .update_many::<Entity>()
        .filter(Column::Id.eq(user))
        .filter(Column::Email.eq(email))
        .col_expr(Column::PasswordHash, Expr::value(""))
        .exec(&tx)
        .await?;
    if same.rows_affected == 0 {
        return Ok(false);
    }
    remove_ways_in(&tx, user, since).await?;
    stop_what_was_begun(&tx, user, place).await?;
    security_log::note(&tx, user, (What::LockedOut, ""), place).await?;
    let ended = end_everywhere(&core.sessions, &tx, user).await?;
    tx.commit().await?;
    core.sessions.publish(ended);
    Ok(true)
}

/// Whoever got in may have deleted the account, or told support that the second step is lost.
async fn stop_what_was_begun(tx: &CatalogTx, user: UserId, place: &Place) -> Result<()> {
    second_factor::stop_reset(tx, user, place).await?;
    deletion::stop(tx, user, place).await.map(drop)
}

async fn remove_ways_in(tx: &CatalogTx, user: UserId, since: DateTime<Utc>) -> Result<()> {
    connection::remove_since(tx, user, since).await?;
    passkey::remove_since(tx, user, since).await?;
    second_factor::remove_since(tx, user, since).await
}

/// Whoever reads mail at an address that is theirs no more gets in by none of what was sent there.
async fn end_all_links(tx: &CatalogTx, email: &str) -> Result<()> {
    for purpose in [Purpose::Reset, Purpose::LogIn] {
        end_links(tx, purpose, email).await?;
    }
    Ok(())
}

/// Each workspace has a copy, which follows by a job.
async fn copy(tx: &CatalogTx, user: UserId) -> Result<()> {
    let all = tx.find::<membership::Entity>().filter(membership::Column::UserId.eq(user));
    for one in all.all(tx).await? {
        CopyName { user }.later_for(tx, one.tenant_id).await?;
    }
    Ok(())
}
