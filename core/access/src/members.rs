//! Copies of what members may do, for showing pages. Writes ask the tenant itself.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use core_base::{Result, TenantId, UserId};
use core_db::{Change, Changes, Mode, Store, Tenant};
use quick_cache::sync::Cache;

use crate::{Member, find_member};

const KEPT: usize = 20_000;
/// Whoever is killed between a tenant's commit and the note of it tells nobody: after this time the
/// tenant is asked again.
const BELIEVED: Duration = Duration::from_secs(60);

type Copies = Cache<(TenantId, UserId), (Instant, Arc<Member>)>;

/// Members as they were at most a second ago.
#[derive(Clone)]
pub struct Members {
    store: Store,
    changes: Changes,
    kept: Arc<Copies>,
}

impl Members {
    /// Follows the `member` changes of `store`.
    pub fn new(store: &Store) -> Self {
        let kept: Arc<Copies> = Arc::new(Cache::new(KEPT));
        let copy = kept.clone();
        store.changes().follow(move |change| match change {
            Change::One { kind: "member", subject } => match parse(subject) {
                Some((tenant, Some(user))) => {
                    copy.remove(&(tenant, user));
                }
                Some((tenant, None)) => copy.retain(|(of, _), _| *of != tenant),
                None => copy.clear(),
            },
            Change::One { .. } => {}
            Change::Everything => copy.clear(),
        });
        Self { store: store.clone(), changes: store.changes().clone(), kept }
    }

    /// The member that this person is in `tenant`.
    pub async fn find(&self, tenant: &Arc<Tenant>, user: UserId) -> Result<Option<Arc<Member>>> {
        let key = (tenant.id, user);
        if self.changes.is_fresh()
            && let Some((read, member)) = self.kept.get(&key)
            && read.elapsed() < BELIEVED
        {
            return Ok(Some(member));
        }
        let (seen, now) = (self.changes.applied(), Instant::now());
        let db = self.store.tenant_db(tenant.clone(), Mode::Read).await?;
        let found = find_member(&db, user).await;
        db.finish(false).await?;
        let Some(member) = found?.map(Arc::new) else { return Ok(None) };
        self.kept.insert(key, (now, member.clone()));
        if self.changes.applied() != seen {
            self.kept.remove(&key);
        }
        Ok(Some(member))
    }
}

/// What a `member` change is about: one member, or all of a tenant whose role changed.
pub(crate) fn subject(tenant: TenantId, user: Option<UserId>) -> String {
    let tenant = tenant.0.simple();
    match user {
        Some(user) => format!("{tenant}/{}", user.0.simple()),
        None => format!("{tenant}/*"),
    }
}

pub(crate) fn parse(subject: &str) -> Option<(TenantId, Option<UserId>)> {
    let (tenant, user) = subject.split_once('/')?;
    let tenant = TenantId(tenant.parse().ok()?);
    match user {
        "*" => Some((tenant, None)),
        user => Some((tenant, Some(UserId(user.parse().ok()?)))),
    }
}

/// Tells everybody's copies that one member is not what they were, or with `None` any of them.
pub(crate) async fn note(store: &Store, tenant: TenantId, user: Option<UserId>) -> Result<()> {
    let subject = subject(tenant, user);
    let tx = store.catalog().begin().await?;
    Changes::note(&tx, "member", &subject).await?;
    tx.commit().await?;
    store.changes().tell("member", &subject);
    Ok(())
}
