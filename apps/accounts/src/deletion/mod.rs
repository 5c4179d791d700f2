//! The end of an account: asked for by its person, who can undo it for thirty days, then erased by a job.

mod entity;
mod erase;

use chrono::{DateTime, TimeDelta, Utc};
use platform::{
    Error, Later, PermissionDef, Result, UserId,
    catalog::{CatalogDb, CatalogTx, violates},
    clock,
    contracts::RemoveMember,
    people::Session,
    process::Services,
    workspaces::{
        Refusal, Rules, Status, Subject, WorkspaceMembership, find_member, people_by_role,
    },
};
use sea_orm::{ColumnTrait, QueryFilter};

use entity::{ActiveModel, Column};
pub use entity::{Entity, Model};
pub(crate) use erase::{
    EraseDue, erase, erase_due, forget, tell_account_deleted, tell_account_leaves,
    tell_account_stays, tell_account_waits,
};
use erase::{TellAccountLeaves, TellAccountStays};

use crate::{
    permissions::ManageSecurity,
    security_log::{self, Place, What},
    user,
};

/// How long somebody can change their mind.
pub(crate) const GRACE: TimeDelta = TimeDelta::days(30);

/// When an account is erased that its person deletes now: at the first night after the last whole day to change their
/// mind.
pub(crate) fn erase_at(now: DateTime<Utc>) -> DateTime<Utc> {
    let day = (now + GRACE + TimeDelta::days(1)).date_naive();
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

/// A workspace that cannot do without somebody.
pub(crate) struct InTheWay {
    pub(crate) name: String,
    pub(crate) origin: String,
    /// Why, and what to do.
    pub(crate) text: String,
}

/// The workspaces that this person cannot leave yet: they are the only owner, or an app says so.
pub(crate) async fn in_the_way(core: &Services, user: UserId) -> Result<Vec<InTheWay>> {
    let mut all = vec![];
    for one in core.memberships.of(user).await?.iter() {
        if !matches!(one.status, Status::Active | Status::Suspended) {
            continue;
        }
        if let Some(text) = why_not(core, user, one).await? {
            let (name, origin) = (one.name.clone(), one.origin.clone());
            all.push(InTheWay { name, origin, text });
        }
    }
    Ok(all)
}

async fn why_not(
    core: &Services,
    user: UserId,
    of: &WorkspaceMembership,
) -> Result<Option<String>> {
    let Some(tenant) = core.store.directory().by_id(of.tenant_id).await? else { return Ok(None) };
    let (permissions, guards) = (core.permissions.clone(), core.guards.clone());
    let is_suspended = of.status == Status::Suspended;
    let asked = core.store.read_in(tenant, |db| async move {
        let Some(member) = find_member(&db, user).await? else { return Ok(None) };
        let owners = people_by_role(&db).await?.get(&platform::Role::Owner.into()).copied();
        let needs = PermissionDef::of::<ManageSecurity>();
        let rules = Rules::of(&permissions, needs).with_owners(owners.unwrap_or_default());
        let me = Subject { id: member.id, permissions: &member.permissions };
        if let Err(why) = rules.may_leave(me) {
            return Ok(Some(match why {
                Refusal::LastOwner if is_suspended => {
                    "It is suspended, and you're its only owner. Contact support.".to_owned()
                }
                Refusal::LastOwner => {
                    "You're its only owner. Make someone else an owner, or delete \
                                       the workspace."
                        .to_owned()
                }
                why => why.text().to_owned(),
            }));
        }
        let answer = guards.ask(&db, &RemoveMember { member: member.id }).await?;
        Ok(answer.err().map(|objection| objection.0))
    });
    asked.await
}

/// Until when an account can be kept; none: nobody deleted it.
pub(crate) async fn pending(catalog: &CatalogDb, user: UserId) -> Result<Option<DateTime<Utc>>> {
    let query = catalog.find::<Entity>().filter(Column::UserId.eq(user));
    Ok(query.one(catalog).await?.map(|row| row.erase_at))
}

/// Puts the account of this session's person on its way out: told by email, logged out everywhere. `false`: it is
/// already.
pub(crate) async fn ask(core: &Services, session: &Session, place: &Place) -> Result<bool> {
    let (now, user) = (clock::now(), session.user);
    let tx = core.store.catalog().begin().await?;
    let row = Model { user_id: user, asked_at: now, erase_at: erase_at(now) };
    if let Err(error) = tx.insert(ActiveModel::from(row)).await {
        // The stores name the key differently.
        let names = ["account_deletions_pkey", "account_deletions_user_id_key"];
        return match names.iter().any(|name| violates(&error, name)) {
            true => Ok(false),
            false => Err(error.into()),
        };
    }
    let day = erase_at(now).date_naive();
    let (name, email) = (session.name.clone(), session.email.clone());
    TellAccountLeaves { name, email, day }.later(&tx).await?;
    security_log::note(&tx, user, (What::DeletionAsked, ""), place).await?;
    let ended = user::end_everywhere(&core.sessions, &tx, user).await?;
    tx.commit().await?;
    core.sessions.publish(ended);
    Ok(true)
}

/// Keeps it after all.
pub(crate) async fn keep(core: &Services, session: &Session, place: &Place) -> Result<()> {
    let tx = core.store.catalog().begin().await?;
    if !stop(&tx, session.user, place).await? {
        return Err(Error::NotFound);
    }
    let (name, email) = (session.name.clone(), session.email.clone());
    TellAccountStays { name, email }.later(&tx).await?;
    Ok(tx.commit().await?)
}

/// It stays. `false`: it was not on its way out.
pub(crate) async fn stop(tx: &CatalogTx, user: UserId, place: &Place) -> Result<bool> {
    let row = tx.delete_many::<Entity>().filter(Column::UserId.eq(user)).exec(tx).await?;
    if row.rows_affected == 0 {
        return Ok(false);
    }
    security_log::note(tx, user, (What::DeletionUndone, ""), place).await?;
    Ok(true)
}
