//! Erasing accounts whose time has come, and the emails about it.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{NaiveDate, TimeDelta};
use platform::{
    Job, Later, PermissionDef, Priority, Result, Role, Run, TenantDb, UserId, announce, clock,
    contracts::MemberRemoved,
    mail::Mailbox,
    people::{
        Sessions,
        entity::{invited, membership, user},
        user_by_id,
    },
    workspaces::{
        Decision, Status, Store, Tenant, entity::invitation, find_member, people_by_role,
    },
};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QueryOrder, sea_query::Expr};
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
}

/// Each is a job of its own: what fails with one is tried again, and keeps no other.
pub(crate) async fn erase_due(_: EraseDue, run: Run) -> Result<()> {
    let catalog = run.store.catalog();
    let tx = catalog.begin().await?;
    let due = tx.find::<Entity>().filter(Column::EraseAt.lte(clock::now()));
    for row in due.order_by_asc(Column::EraseAt).all(&tx).await? {
        Erase { user: row.user_id }.later(&tx).await?;
    }
    Ok(tx.commit().await?)
}

/// Erases one account.
#[derive(Serialize, Deserialize)]
pub(crate) struct Erase {
    user: UserId,
}

impl Job for Erase {
    const NAME: &'static str = "accounts.erase";
    const PRIORITY: Priority = Priority::Low;
    /// The next ones come a day later; each goes on where the one before was killed.
    const ATTEMPTS: u32 = 3;
    /// The trail of every workspace is looked through.
    const TIMEOUT: std::time::Duration = std::time::Duration::from_hours(1);

    fn key(&self) -> Option<String> {
        Some(format!("accounts.erase {}", self.user))
    }
}

/// First they leave their workspaces, then what trails say of them goes, then the catalogue forgets them. Killed in
/// between, the next one finds the rest.
pub(crate) async fn erase(job: Erase, run: Run) -> Result<()> {
    let (store, user) = (&run.store, job.user);
    let catalog = store.catalog();
    let row = catalog.find::<Entity>().filter(Column::UserId.eq(user)).one(catalog).await?;
    let Some(row) = row.filter(|row| row.erase_at <= clock::now()) else { return Ok(()) };
    let Some(person) = user_by_id(catalog, user).await? else { return Ok(()) };
    let tenants = workspaces(store, user, &person.email).await?;
    // None is left before it is known that all can be.
    for tenant in &tenants {
        if is_last_owner(store, tenant.clone(), user).await? {
            return put_off(store, &row, &person, tenant).await;
        }
    }
    for tenant in tenants {
        leave(store, tenant, user, person.email.clone()).await?;
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
    // Or have come to another workspace.
    let more = tx.find::<membership::Entity>().filter(membership::Column::UserId.eq(user));
    if more.count(&tx).await? > 0 {
        return Err(anyhow::anyhow!("they belong to another workspace by now").into());
    }
    let ended = end_everywhere(&sessions, &tx, user).await?;
    let (name, email) = (person.name.clone(), person.email.clone());
    TellAccountDeleted { name, email: email.clone() }.later(&tx).await?;
    store.erase_user(&tx, user, &person.email).await?;
    // What is told of this transaction names them too.
    Forget { user, email }.later(&tx).await?;
    tx.commit().await?;
    sessions.publish(ended);
    tracing::warn!(%user, "erased an account that its person deleted");
    Ok(())
}

/// What the catalogue's trail says of the end of an account goes too.
#[derive(Serialize, Deserialize)]
pub(crate) struct Forget {
    user: UserId,
    email: String,
}

impl Job for Forget {
    const NAME: &'static str = "accounts.forget";
}

pub(crate) async fn forget(job: Forget, run: Run) -> Result<()> {
    run.store.forget_in_catalog_audit(job.user, &job.email).await.map(drop)
}

/// Where they belong or were invited, whose data is whole.
async fn workspaces(store: &Store, user: UserId, email: &str) -> Result<Vec<Arc<Tenant>>> {
    let catalog = store.catalog();
    let of = catalog.find::<membership::Entity>().filter(membership::Column::UserId.eq(user));
    let of = of.all(catalog).await?.into_iter().map(|one| one.tenant_id);
    let to = catalog.find::<invited::Entity>().filter(invited::Column::Email.eq(email));
    let to = to.all(catalog).await?.into_iter().map(|one| one.tenant_id);
    let mut all = vec![];
    for id in of.chain(to).collect::<BTreeSet<_>>() {
        let found = store.directory().by_id(id).await?;
        all.extend(found.filter(|tenant| Status::WHOLE.contains(&tenant.status)));
    }
    Ok(all)
}

async fn is_last_owner(store: &Store, tenant: Arc<Tenant>, user: UserId) -> Result<bool> {
    let read = |db: TenantDb| async move {
        let Some(member) = find_member(&db, user).await? else { return Ok(false) };
        let owners = people_by_role(&db).await?.get(&Role::Owner.into()).copied();
        Ok(member.permissions.is_owner() && owners.unwrap_or_default() <= 1)
    };
    store.read_in(tenant, read).await
}

/// They leave a workspace, and nobody reads there any more whom it invited.
async fn leave(store: &Store, tenant: Arc<Tenant>, user: UserId, email: String) -> Result<()> {
    let work = |db: TenantDb| async move {
        let invitations = db.delete_many::<invitation::Entity>();
        invitations.filter(invitation::Column::Email.eq(&email)).exec(&db).await?;
        if find_member(&db, user).await?.is_none() {
            return Ok(());
        }
        let needs = PermissionDef::of::<ManageSecurity>();
        let decision = Decision::begin(store, &db, &[], needs, user).await?;
        let sessions = Sessions::new(store.catalog().clone(), store.changes().clone());
        let gone = decision.remove(&sessions, decision.actor().id).await?;
        let gone = gone.map_err(|why| anyhow::anyhow!("{}", why.text()))?;
        let event = MemberRemoved {
            member: gone.id,
            user: gone.user,
            name: gone.name,
            email: gone.email,
            removed_by: None,
        };
        announce(&db, &event).await
    };
    store.write_in(tenant, work).await
}

/// A workspace that is on its way out itself is waited for; any other needs somebody else first.
async fn put_off(store: &Store, row: &Model, person: &user::Model, tenant: &Tenant) -> Result<()> {
    let tx = store.catalog().begin().await?;
    let later = row.erase_at.max(clock::now()) + AGAIN;
    let update = tx.update_many::<Entity>().filter(Column::UserId.eq(row.user_id));
    let update = update.filter(Column::EraseAt.eq(row.erase_at));
    let update = update.col_expr(Column::EraseAt, Expr::value(later));
    if update.exec(&tx).await?.rows_affected == 0 {
        return Ok(());
    }
    if tenant.status != Status::PendingDeletion {
        let (name, email) = (person.name.clone(), person.email.clone());
        let (workspace, day) = (tenant.name.clone(), later.date_naive());
        TellAccountWaits { name, email, workspace, day }.later(&tx).await?;
    }
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
