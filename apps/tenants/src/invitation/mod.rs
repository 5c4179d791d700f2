//! The noun: invitations to a workspace, from the email to the new member.

mod accept;
mod send;

use std::collections::HashMap;

use chrono::TimeDelta;
use platform::{
    AnyRole, Later, LimitReached, MemberId, Result, TenantDb, Verdict,
    catalog::CatalogTx,
    clock, entitlements,
    limits::{EmailKind, EmailPermit, LimitExceeded, RateLimit, RateLimiter},
    member,
    workspaces::{
        Decision, Refusal,
        entity::{
            invitation::{ActiveModel, Column, Entity, Model, State},
            invited,
        },
        note_invited,
    },
};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder, prelude::Uuid};

use crate::seats::Members;

pub use accept::{Outcome, accept, decline, stands};
pub use send::{SendInvitation, send_invitation};

/// A workspace is no way to write to the whole world.
const OF_WORKSPACE: RateLimit = RateLimit::new("invitations_of", 200, 24 * 3600);
/// Nor is any number of workspaces a way to write to one person.
pub(crate) const INVITATION_EMAIL: EmailKind = EmailKind::new("invitation", 5);

/// How long a link works.
pub const VALID: TimeDelta = TimeDelta::days(7);

/// Those that wait for an answer, expired ones too, and those that came to nothing; the latest first.
pub async fn listed(db: &TenantDb) -> Result<Vec<Model>> {
    let query = db.find::<Entity>().filter(Column::State.is_in(State::LISTED));
    Ok(query.order_by_desc(Column::SentAt).order_by_asc(Column::Email).all(db).await?)
}

/// The names of those who invited.
pub async fn inviters(db: &TenantDb, invitations: &[Model]) -> Result<HashMap<MemberId, String>> {
    let ids = invitations.iter().map(|one| one.inviter_id);
    let query = db.find::<member::Entity>().filter(member::Column::Id.is_in(ids));
    Ok(query.all(db).await?.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Which of these addresses belong to members.
pub async fn members_among(db: &TenantDb, emails: &[String]) -> Result<Vec<String>> {
    let query = db.find::<member::Entity>().filter(member::Column::Email.is_in(emails));
    Ok(query
        .order_by_asc(member::Column::Email)
        .all(db)
        .await?
        .into_iter()
        .map(|m| m.email)
        .collect())
}

/// What became of a list of addresses.
#[derive(Debug, Default)]
pub struct Asked {
    /// How many emails are on the way.
    pub sent: usize,
    /// Those who were emailed a moment ago, and when they can be again.
    pub paused: Vec<(String, LimitExceeded)>,
}

/// Why nobody was invited.
#[derive(Debug)]
pub enum Why {
    /// The rules say no.
    Refused(Refusal),
    /// The workspace sent too many today.
    TooMany(LimitExceeded),
    /// There are not so many seats.
    Full(LimitReached),
}

/// Invites these addresses, none of which is a member's. One that was invited before gets a new
/// email, and its old link dies.
pub async fn invite(
    limiter: &RateLimiter,
    db: &TenantDb,
    decision: &Decision<'_>,
    emails: &[String],
    role: AnyRole,
) -> Verdict<Asked, Why> {
    if let Err(why) = decision.may_grant(role).await? {
        return Ok(Err(Why::Refused(why)));
    }
    let known = db.find::<Entity>().filter(Column::Email.is_in(emails)).all(db).await?;
    let known: HashMap<_, _> = known.into_iter().map(|row| (row.email.clone(), row)).collect();
    for row in known.values().filter(|row| row.is_open()) {
        if let Err(why) = may_touch(decision, row).await? {
            return Ok(Err(Why::Refused(why)));
        }
    }
    let new = emails.iter().filter(|email| !known.get(*email).is_some_and(Model::is_open)).count();
    if new > 0
        && let Err(full) = entitlements::room_for::<Members>(db, new as u64).await?
    {
        return Ok(Err(Why::Full(full)));
    }
    // Counted once the rules have said yes, all in one transaction, and kept only with the rest.
    let tx = limiter.begin().await?;
    let mut asked = Asked::default();
    for email in emails {
        match limiter.may_email(&tx, INVITATION_EMAIL, email, "").await? {
            Ok(permit) => {
                asked.sent += 1;
                let hint = write(db, decision, (email, role), known.get(email), permit).await?;
                note_invited(&tx, hint).await?;
            }
            Err(spent) => asked.paused.push((email.clone(), spent)),
        }
    }
    if asked.sent == 0 {
        return Ok(Ok(asked));
    }
    if let Err(spent) = count(limiter, &tx, db, asked.sent).await? {
        return Ok(Err(Why::TooMany(spent)));
    }
    tx.commit().await?;
    Ok(Ok(asked))
}

/// Sends another email, for which the decider answers from now on.
pub async fn resend(
    limiter: &RateLimiter,
    db: &TenantDb,
    decision: &Decision<'_>,
    row: &Model,
) -> Verdict<Asked, Why> {
    invite(limiter, db, decision, std::slice::from_ref(&row.email), row.role).await
}

async fn count(
    limiter: &RateLimiter,
    tx: &CatalogTx,
    db: &TenantDb,
    many: usize,
) -> Verdict<(), LimitExceeded> {
    let many = i32::try_from(many).unwrap_or(i32::MAX);
    limiter.allow_in(tx, OF_WORKSPACE, &db.tenant().to_string(), many).await
}

/// Takes an invitation back.
pub async fn revoke(db: &TenantDb, decision: &Decision<'_>, row: &Model) -> Verdict<(), Refusal> {
    if let Err(why) = may_touch(decision, row).await? {
        return Ok(Err(why));
    }
    close(db, row, State::Revoked).await?;
    Ok(Ok(()))
}

/// Nobody decides about an invitation to more than they hold. One whose role is gone holds nothing.
async fn may_touch(decision: &Decision<'_>, row: &Model) -> Verdict<(), Refusal> {
    match decision.may_grant(row.role).await {
        Err(platform::Error::NotFound) => Ok(Ok(())),
        verdict => Ok(verdict?.map(drop)),
    }
}

/// Ends it if it is still as it was seen. `false`: it was over already.
pub(crate) async fn close(db: &TenantDb, seen: &Model, state: State) -> Result<bool> {
    let change = ActiveModel { state: Set(state), ..Default::default() };
    let update = db.update_many::<Entity>().set(change).filter(Column::Id.eq(seen.id));
    let update = update.filter(Column::State.eq(seen.state));
    let done = update.filter(Column::Version.eq(seen.version)).exec(db).await?;
    Ok(done.rows_affected == 1)
}

async fn write(
    db: &TenantDb,
    decision: &Decision<'_>,
    (email, role): (&str, AnyRole),
    known: Option<&Model>,
    permit: EmailPermit,
) -> Result<invited::Model> {
    let now = clock::now();
    let version = known.map_or(1, |row| row.version + 1);
    let row = ActiveModel {
        role: Set(role),
        inviter_id: Set(decision.actor().id),
        state: Set(State::Pending),
        version: Set(version),
        sent_at: Set(now),
        expires_at: Set(now + VALID),
        ..Default::default()
    };
    let id = known.map_or_else(Uuid::now_v7, |row| row.id);
    if known.is_some() {
        db.update_many::<Entity>().set(row).filter(Column::Id.eq(id)).exec(db).await?;
    } else {
        let (id, email, created_at) = (Set(id), Set(email.to_owned()), Set(now));
        db.insert(ActiveModel { id, email, created_at, ..row }).await?;
    }
    SendInvitation { invitation: id, version, permit }.later(db).await?;
    let (tenant_id, email, expires_at) = (db.tenant(), email.to_owned(), now + VALID);
    Ok(invited::Model { id, tenant_id, email, expires_at })
}
