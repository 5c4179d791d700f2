//! Taking the second step away from somebody who lost it: by an operator, after a wait in which its owner is told and
//! can stop it by logging in with it.

use chrono::{DateTime, TimeDelta, Utc};
use platform::{
    Job, Later, Result, Run, UserId,
    catalog::{CatalogDb, CatalogTx},
    clock,
    mail::Mailbox,
    people::{Sessions, entity::user, user_by_id},
    workspaces::Store,
};
use sea_orm::{ColumnTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::{
    remove,
    reset_entity::{ActiveModel, Column, Entity, Model},
    tell,
};
use crate::{
    emails::life,
    passkey,
    security_log::{self, Place, What},
    user::end_everywhere,
};

/// Begins it. It is done after the wait, unless its owner stops it. `None`: there is no second step. Begun anew, the
/// wait is the new one.
pub async fn ask_reset(
    store: &Store,
    person: &user::Model,
    wait: TimeDelta,
) -> Result<Option<DateTime<Utc>>> {
    if !super::is_on(store.catalog(), person.id).await? {
        return Ok(None);
    }
    let (now, user) = (clock::now(), person.id);
    let due = now + wait;
    let tx = store.catalog().begin().await?;
    tx.delete_many::<Entity>().filter(Column::UserId.eq(user)).exec(&tx).await?;
    let row = Model { user_id: user, asked_at: now, due_at: due };
    tx.insert(ActiveModel::from(row)).await?;
    security_log::note(&tx, user, (What::ResetAsked, ""), &Place::operator()).await?;
    let (name, email) = (person.name.clone(), person.email.clone());
    TellResetAsked { name, email, due }.later(&tx).await?;
    Reset { user }.at(&tx, due).await?;
    tx.commit().await?;
    Ok(Some(due))
}

/// Stops it. `false`: none was begun.
pub async fn stop_reset(tx: &CatalogTx, user: UserId, place: &Place) -> Result<bool> {
    let row = tx.delete_many::<Entity>().filter(Column::UserId.eq(user)).exec(tx).await?;
    if row.rows_affected == 0 {
        return Ok(false);
    }
    security_log::note(tx, user, (What::ResetStopped, ""), place).await?;
    Ok(true)
}

/// The wait is over.
#[derive(Serialize, Deserialize)]
pub(crate) struct Reset {
    user: UserId,
}

impl Job for Reset {
    const NAME: &'static str = "accounts.reset_second_step";
}

/// Does it, where nobody stopped it and the wait was not begun anew.
pub(crate) async fn reset_due(job: Reset, run: Run) -> Result<()> {
    let catalog = run.store.catalog();
    let Some(person) = user_by_id(catalog, job.user).await? else { return Ok(()) };
    let tx = catalog.begin().await?;
    let row = tx.find::<Entity>().filter(Column::UserId.eq(job.user)).one(&tx).await?;
    match row {
        None => Ok(()),
        // It was begun anew, or another machine's clock is ahead.
        Some(row) if row.due_at > clock::now() => {
            job.at(&tx, row.due_at).await?;
            Ok(tx.commit().await?)
        }
        Some(row) => {
            // In the transaction that takes it away: whoever stops it at this moment is asked to wait, or was first.
            let due = tx.delete_many::<Entity>().filter(Column::UserId.eq(job.user));
            let due = due.filter(Column::DueAt.eq(row.due_at)).exec(&tx).await?;
            if due.rows_affected == 0 {
                return Ok(());
            }
            take_away(&run.store, tx, &person).await.map(drop)
        }
    }
}

/// Takes it away now: they are told, and logged out. `false`: there was none.
pub async fn reset(store: &Store, person: &user::Model) -> Result<bool> {
    let tx = store.catalog().begin().await?;
    tx.delete_many::<Entity>().filter(Column::UserId.eq(person.id)).exec(&tx).await?;
    take_away(store, tx, person).await
}

async fn take_away(store: &Store, tx: CatalogTx, person: &user::Model) -> Result<bool> {
    let sessions = Sessions::new(store.catalog().clone(), store.changes().clone());
    let had_keys = passkey::remove_security_keys(&tx, person.id).await?;
    if !remove(&tx, person.id).await? && !had_keys {
        tx.commit().await?;
        return Ok(false);
    }
    tell(&tx, &person.name, &person.email, false).await?;
    let place = Place::operator();
    security_log::note(&tx, person.id, (What::TwoStepReset, ""), &place).await?;
    let ended = end_everywhere(&sessions, &tx, person.id).await?;
    tx.commit().await?;
    sessions.publish(ended);
    Ok(true)
}

/// Until when support waits; none: nothing was begun.
pub(crate) async fn reset_at(catalog: &CatalogDb, user: UserId) -> Result<Option<DateTime<Utc>>> {
    let row = catalog.find::<Entity>().filter(Column::UserId.eq(user)).one(catalog).await?;
    Ok(row.map(|row| row.due_at))
}

/// Support will take somebody's second step away.
#[derive(Serialize, Deserialize)]
pub(crate) struct TellResetAsked {
    name: String,
    email: String,
    due: DateTime<Utc>,
}

impl Job for TellResetAsked {
    const NAME: &'static str = "accounts.tell_reset_asked";
}

pub(crate) async fn tell_reset_asked(job: TellResetAsked, run: Run) -> Result<()> {
    let (post, to) = (&run.emails, Mailbox::new(&job.name, &job.email));
    let email = life::reset_asked(post.branding(), to, &post.account("/login"), job.due);
    run.send(&email, platform::Cause::Reader).await.map(drop)
}
