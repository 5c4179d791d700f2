//! Copies of what members may do, for showing pages. Writes ask the tenant itself.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use core_base::{Error, Result, TenantId, UserId};
use core_db::{Changes, Mode, ReadThroughCache, Stale, Store, Tenant};

use crate::{Member, find_member};

const CACHE_CAPACITY: usize = 20_000;
/// Whoever is killed between a tenant's commit and the note of it tells nobody: after this time the
/// tenant is asked again.
const BELIEVED: Duration = Duration::from_mins(1);

/// Members as they were at most a second ago.
#[derive(Clone)]
pub struct Members {
    store: Store,
    kept: ReadThroughCache<(TenantId, UserId), (Instant, Arc<Member>)>,
}

impl Members {
    /// Follows the `member` changes of `store`.
    pub fn new(store: &Store) -> Self {
        let kept =
            ReadThroughCache::new(store.changes(), CACHE_CAPACITY, |kind, subject| match kind {
                "member" => match parse(subject) {
                    Some((tenant, Some(user))) => Stale::One((tenant, user)),
                    Some((tenant, None)) => Stale::Where(Box::new(move |(of, _)| *of == tenant)),
                    None => Stale::All,
                },
                _ => Stale::No,
            });
        Self { store: store.clone(), kept }
    }

    /// The member that this person is in `tenant`.
    pub async fn find(&self, tenant: &Arc<Tenant>, user: UserId) -> Result<Option<Arc<Member>>> {
        let key = (tenant.id, user);
        if let Some((read, member)) = self.kept.copy(&key)
            && read.elapsed() < BELIEVED
        {
            return Ok(Some(member));
        }
        let now = Instant::now();
        let read = async {
            let db = self.store.tenant_db(tenant.clone(), Mode::Read).await?;
            let found = find_member(&db, user).await;
            db.finish(false).await?;
            Ok::<_, Error>(found?.map(|member| (now, Arc::new(member))))
        };
        Ok(self.kept.read(key, read).await?.map(|(_, member)| member))
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
    Changes::record(&tx, "member", &subject).await?;
    tx.commit().await?;
    store.changes().notify("member", &subject);
    Ok(())
}
