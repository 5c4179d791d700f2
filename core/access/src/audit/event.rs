//! What is told and changes no row: who logged in, and who was refused something.

use std::{net::IpAddr, sync::Arc};

use core_base::{Actor, Result, Through};
use core_db::{Origin, Store, Tenant, TenantDb};

use crate::{Member, RateLimit, RateLimiter, Ticket, find_member};

const LOGGED_IN: &str = "logged_in";
const EXPORTED: &str = "exported";
const WAS_REFUSED: &str = "was_refused";
/// Its name, time zone or address, or that it is to be erased.
pub const CHANGED_WORKSPACE: &str = "changed_workspace";

/// What the product itself tells, for whoever offers a choice: changes of rows, then events. Apps tell
/// more, under words of their own.
pub const ACTIONS: [&str; 7] =
    ["created", "updated", "deleted", CHANGED_WORKSPACE, LOGGED_IN, EXPORTED, WAS_REFUSED];

/// In ten minutes one refusal of each permission is told of a member: who tries again tells nothing new.
const REFUSALS: RateLimit = RateLimit::new("refusal_told", 1, 600);

/// Tells that somebody came into a workspace. Where it can't be told, that is in the log.
pub async fn record_login(store: &Store, tenant: Arc<Tenant>, by: Ticket, address: IpAddr) {
    let tell = |db: TenantDb| async move {
        if let Some(member) = find_member(&db, by.user).await? {
            let (user, through) = (by.user, Through::Session(by.session));
            db.act_as(Actor::Member { user, member: member.id, through });
            db.set_origin(Origin { address: Some(address), request: None });
            db.audit_event(LOGGED_IN, "");
        }
        Ok(())
    };
    or_say(store.write_in(tenant, tell).await);
}

/// Tells that a member was refused what they lack the permission for, once the request's transaction is
/// undone: a second connection beside it could be one too many.
pub fn record_refusal(
    store: &Store,
    limiter: &RateLimiter,
    member: &Member,
    db: &TenantDb,
    what: &'static str,
) {
    let subject = format!("{}:{}:{what}", member.tenant, member.id);
    let (store, limiter, id) = (store.clone(), limiter.clone(), member.tenant);
    let (actor, origin) = (db.actor(), db.origin());
    db.after_rollback(async move {
        if limiter.allow(REFUSALS, &subject).await?.is_err() {
            return Ok(());
        }
        let Some(tenant) = store.directory().by_id(id).await? else { return Ok(()) };
        let tell = |db: TenantDb| async move {
            db.act_as(actor);
            db.set_origin(origin);
            db.audit_event(WAS_REFUSED, what);
            Ok(())
        };
        store.write_in(tenant, tell).await
    });
}

/// Tells that somebody takes rows along as a file, before they have any of it: what can't be told is not given. It is
/// told in a unit of work of its own, for a page only reads; `db` is the page's, which has asked nothing yet.
pub async fn record_export(
    store: &Store,
    tenant: Arc<Tenant>,
    db: &TenantDb,
    what: &str,
) -> Result<()> {
    let (actor, origin) = (db.actor(), db.origin());
    let tell = |db: TenantDb| async move {
        db.act_as(actor);
        db.set_origin(origin);
        db.audit_event(EXPORTED, what);
        Ok(())
    };
    store.write_in(tenant, tell).await
}

fn or_say(told: Result<()>) {
    if let Err(error) = told {
        tracing::warn!("not in the audit trail: {:#}", error.into_anyhow());
    }
}
