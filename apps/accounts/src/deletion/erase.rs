//! Erasing accounts whose time has come, and the emails about it.

use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use platform::{
    Error, Job, Later, PermissionDef, Priority, Result, Run, TenantDb, UserId, announce, clock,
    contracts::MemberRemoved,
    mail::Mailbox,
    people::{Sessions, entity::membership, entity::user, user_by_id},
    workspaces::{Decision, Status, Store, Tenant, find_member},
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, sea_query::Expr};
use serde::{Deserialize, Serialize};

use super::entity::{Column, Entity, Model};
use crate::{emails::life, permissions::ManageSecurity, user::end_everywhere};

/// How long whoever became the only owner of a workspace meanwhile has to hand it over.
const AGAIN: TimeDelta = TimeDelta::days(7);

/// Erases the accounts whose people deleted them long enough ago.
#[derive(Serialize, Deserialize)]
pub(crate) struct EraseDue {}

impl Job for EraseDue {
    const NAME: &'static str = "accounts.erase_due";
    const PRIORITY: Priority = Priority::Low;
    /// The next one is a day away; each goes on where the one before was killed.
    const ATTEMPTS: u32 = 3;
    /// The trail of every workspace is looked through.
    const TIMEOUT: std::time::Duration = std::time::Duration::from_hours(1);
}

/// One after the other: what fails with one is tried again the next day, and keeps no other.
pub(crate) async fn erase_due(_: EraseDue, run: Run) -> Result<()> {
    let catalog = run.store.catalog();
    let due = catalog.find::<Entity>().filter(Column::EraseAt.lte(clock::now()));
    for row in due.order_by_asc(Column::EraseAt).all(catalog).await? {
        let user = row.user_id;
        if let Err(error) = erase(&run.store, row).await {
            tracing::error!(%user, "erasing an account: {:#}", error.into_anyhow());
        }
    }
    Ok(())
}

/// First they leave their workspaces, then what trails say of them goes, then the catalogue forgets them. Killed in
/// between, the next one finds the rest.
async fn erase(store: &Store, row: Model) -> Result<()> {
    let (catalog, user) = (store.catalog(), row.user_id);
    let Some(person) = user_by_id(catalog, user).await? else { return Ok(()) };
    let memberships = catalog.find::<membership::Entity>();
    let memberships = memberships.filter(membership::Column::UserId.eq(user)).all(catalog).await?;
    for one in memberships {
        let Some(tenant) = store.directory().by_id(one.tenant_id).await? else { continue };
        // Those that are on their way out go by themselves, with all that is in them.
        let stays = matches!(tenant.status, Status::Active | Status::Suspended);
        if stays && !leave(store, tenant.clone(), user).await? {
            return put_off(store, &row, &person, &tenant.name).await;
        }
    }
    for (workspace, changed) in store.forget_in_every_audit(user, &person.email).await? {
        tracing::info!(workspace, changed, "entries of a person who is erased");
    }
    let sessions = Sessions::new(catalog.clone(), store.changes().clone());
    let tx = catalog.begin().await?;
    // They may have kept it meanwhile.
    let still = tx.delete_many::<Entity>().filter(Column::UserId.eq(user));
    if still.filter(Column::EraseAt.eq(row.erase_at)).exec(&tx).await?.rows_affected == 0 {
        return Ok(());
    }
    let ended = end_everywhere(&sessions, &tx, user).await?;
    let (name, email) = (person.name.clone(), person.email.clone());
    TellAccountDeleted { name, email }.later(&tx).await?;
    store.erase_user(&tx, user, &person.email).await?;
    tx.commit().await?;
    sessions.publish(ended);
    tracing::warn!(%user, "erased an account that its person deleted");
    Ok(())
}

/// They leave a workspace. `false`: they are its only owner by now.
async fn leave(store: &Store, tenant: Arc<Tenant>, user: UserId) -> Result<bool> {
    let work = |db: TenantDb| async move {
        if find_member(&db, user).await?.is_none() {
            return Ok(true);
        }
        let needs = PermissionDef::of::<ManageSecurity>();
        let decision = Decision::begin(store, &db, &[], needs, user).await?;
        let sessions = Sessions::new(store.catalog().clone(), store.changes().clone());
        let Ok(gone) = decision.remove(&sessions, decision.actor().id).await? else {
            return Ok(false);
        };
        let event = MemberRemoved {
            member: gone.id,
            user: gone.user,
            name: gone.name,
            email: gone.email,
            removed_by: None,
        };
        announce(&db, &event).await?;
        Ok(true)
    };
    match store.write_in(tenant, work).await {
        // Somebody removed them at the same moment.
        Err(Error::Forbidden) => Ok(true),
        done => done,
    }
}

async fn put_off(store: &Store, row: &Model, person: &user::Model, workspace: &str) -> Result<()> {
    let tx = store.catalog().begin().await?;
    let update = tx.update_many::<Entity>().filter(Column::UserId.eq(row.user_id));
    let update = update.col_expr(Column::EraseAt, Expr::value(clock::now() + AGAIN));
    update.exec(&tx).await?;
    let (name, email) = (person.name.clone(), person.email.clone());
    let (workspace, day) = (workspace.to_owned(), (clock::now() + AGAIN).date_naive());
    TellAccountWaits { name, email, workspace, day }.later(&tx).await?;
    Ok(tx.commit().await?)
}

/// An account will be erased.
#[derive(Serialize, Deserialize)]
pub(crate) struct TellAccountLeaves {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) day: NaiveDate,
}

impl Job for TellAccountLeaves {
    const NAME: &'static str = "accounts.tell_account_leaves";
}

pub(crate) async fn tell_account_leaves(job: TellAccountLeaves, run: Run) -> Result<()> {
    let (post, to) = (&run.emails, Mailbox::new(&job.name, &job.email));
    let link = post.account("/account/delete");
    let email = life::account_leaves(post.branding(), to, &link, job.day);
    run.send(&email, platform::Cause::Reader).await.map(drop)
}

/// It stays after all.
#[derive(Serialize, Deserialize)]
pub(crate) struct TellAccountStays {
    pub(crate) name: String,
    pub(crate) email: String,
}

impl Job for TellAccountStays {
    const NAME: &'static str = "accounts.tell_account_stays";
}

pub(crate) async fn tell_account_stays(job: TellAccountStays, run: Run) -> Result<()> {
    let (post, to) = (&run.emails, Mailbox::new(&job.name, &job.email));
    let email = life::account_stays(post.branding(), to, &post.account("/account"));
    run.send(&email, platform::Cause::Reader).await.map(drop)
}

/// It cannot go yet.
#[derive(Serialize, Deserialize)]
pub(crate) struct TellAccountWaits {
    name: String,
    email: String,
    workspace: String,
    day: NaiveDate,
}

impl Job for TellAccountWaits {
    const NAME: &'static str = "accounts.tell_account_waits";
}

pub(crate) async fn tell_account_waits(job: TellAccountWaits, run: Run) -> Result<()> {
    let (post, to) = (&run.emails, Mailbox::new(&job.name, &job.email));
    let link = post.account("/account/delete");
    let email = life::account_waits(post.branding(), to, &link, (&job.workspace, job.day));
    run.send(&email, platform::Cause::Reader).await.map(drop)
}

/// It is gone.
#[derive(Serialize, Deserialize)]
pub(crate) struct TellAccountDeleted {
    pub(crate) name: String,
    pub(crate) email: String,
}

impl Job for TellAccountDeleted {
    const NAME: &'static str = "accounts.tell_account_deleted";
}

pub(crate) async fn tell_account_deleted(job: TellAccountDeleted, run: Run) -> Result<()> {
    let (post, to) = (&run.emails, Mailbox::new(&job.name, &job.email));
    let email = life::account_deleted(post.branding(), to, &post.account("/signup"));
    run.send(&email, platform::Cause::Reader).await.map(drop)
}
