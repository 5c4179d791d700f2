//! Accepting and declining an invitation, asked from the account site.

use std::sync::Arc;

use platform::{
    Error, PermissionDef, Result, TenantDb, announce,
    contracts::MemberJoined,
    people::entity::user,
    process::Services,
    workspaces::{
        Decision, Invited, NewMember, Rules, Tenant, add_member, confirm_membership,
        entity::invitation::{Entity, State},
        find_member, reserve_membership,
    },
};

use super::close;
use crate::{permissions::ManageMembers, seats::seat_for_invited};

/// What became of an acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The person is a member, now or since before.
    Member,
    /// The invitation was used, taken back, declined, or its time is over.
    Over,
    /// Whoever invited may not give that role any more.
    Void,
    /// The workspace has no seat left.
    Full,
}

/// Could whoever invited still do it? As far as can be seen without the tenant's lock.
pub fn stands(core: &Services, invited: &Invited) -> bool {
    let rules = Rules::of(&core.permissions, PermissionDef::of::<ManageMembers>());
    match (&invited.inviter, &invited.role) {
        (Some(inviter), Some((_, permissions))) => {
            rules.may_grant(&inviter.permissions, permissions).is_ok()
        }
        _ => false,
    }
}

/// Makes the person a member: reserved in the catalogue, written in the tenant together with the
/// end of the invitation, confirmed in the catalogue. After a kill, doing it again completes it; a
/// reservation that led to nothing is taken back by `repair`.
pub async fn accept(
    core: &Services,
    tenant: Arc<Tenant>,
    invited: &Invited,
    person: &user::Model,
) -> Result<Outcome> {
    let (store, id, user) = (&core.store, tenant.id, person.id);
    reserve_membership(store.catalog(), user, id).await?;
    let join = |db| async move { join(core, &db, invited, person).await };
    let outcome = store.write_in(tenant, join).await?;
    if outcome == Outcome::Member {
        confirm_membership(store, user, id).await?;
    }
    Ok(outcome)
}

async fn join(
    core: &Services,
    db: &TenantDb,
    invited: &Invited,
    person: &user::Model,
) -> Result<Outcome> {
    let (seen, user) = (&invited.invitation, person.id);
    if seen.state == State::Accepted {
        let member = find_member(db, user).await?;
        return Ok(if member.is_some() { Outcome::Member } else { Outcome::Over });
    }
    let Some(inviter) = &invited.inviter else { return Ok(Outcome::Void) };
    let needs = PermissionDef::of::<ManageMembers>();
    // From here on nobody else decides, and everything is read anew.
    let decision =
        match Decision::begin(&core.store, db, &core.permissions, needs, inviter.user).await {
            Err(Error::Forbidden) => return Ok(Outcome::Void),
            decision => decision?,
        };
    let row = db.get::<Entity>(seen.id).await?;
    let member = find_member(db, user).await?;
    if row.version != seen.version || !row.is_open() {
        let done = row.version == seen.version && row.state == State::Accepted;
        return Ok(if done && member.is_some() { Outcome::Member } else { Outcome::Over });
    }
    match decision.may_grant(row.role).await {
        Ok(Ok(_)) => {}
        Ok(Err(_)) | Err(Error::NotFound) => return Ok(Outcome::Void),
        Err(error) => return Err(error),
    }
    if member.is_none() && seat_for_invited(db).await?.is_err() {
        return Ok(Outcome::Full);
    }
    // First, so that somebody who declines at this moment is not made a member.
    if !close(db, &row, State::Accepted).await? {
        return Ok(Outcome::Over);
    }
    // Who came another way meanwhile keeps the role they have.
    if member.is_none() {
        let (name, email) = (person.name.clone(), person.email.clone());
        let new = NewMember { user, name: name.clone(), email, role: row.role };
        let (member, invited_by) = (add_member(db, new).await?, inviter.id);
        announce(db, &MemberJoined { member, user, name, invited_by }).await?;
    }
    Ok(Outcome::Member)
}

/// Says no, for whoever has the link. `false`: it was over already.
pub async fn decline(core: &Services, tenant: Arc<Tenant>, invited: &Invited) -> Result<bool> {
    let seen = &invited.invitation;
    if seen.state != State::Pending {
        return Ok(false);
    }
    let close = |db| async move { close(&db, seen, State::Declined).await };
    core.store.write_in(tenant, close).await
}
