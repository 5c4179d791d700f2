//! The first page of a workspace: what apps bring to it is read one after another, within one budget.

use std::{fmt, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use core_access::{Member, Permission, PermissionDef};
use core_base::{Error, Result};
use core_db::{Mode, Tenant, TenantDb};
use core_ui::{Calendar, HomeCard};
use futures_util::{FutureExt, future::BoxFuture};
use tokio::time::{Instant, timeout_at};

use crate::Services;

/// How many queries all cards together may send; what is left once they are used up is left out.
const QUERIES: u32 = 10;

/// How long all cards together may take.
const TIME: Duration = Duration::from_secs(2);

/// What an app reads its part of the first page with.
pub struct Visit {
    /// The workspace's data, for reading.
    pub db: TenantDb,
    /// Whoever looks at the page.
    pub member: Arc<Member>,
    /// The workspace itself.
    pub tenant: Arc<Tenant>,
    /// How that person reads times.
    pub calendar: Calendar,
}

impl Visit {
    /// May whoever looks at the page also do `P`? For showing a button, never for guarding.
    pub fn may<P: Permission>(&self) -> bool {
        self.member.may(&PermissionDef::of::<P>())
    }
}

/// A function that reads a card of the first page: `async fn(Visit) -> Result<HomeCard>`.
pub trait HomeReader: Send + Sync + 'static {
    /// The card for this visit.
    fn read(&self, visit: Visit) -> BoxFuture<'static, Result<HomeCard>>;
}

impl<F, W> HomeReader for F
where
    F: Fn(Visit) -> W + Send + Sync + 'static,
    W: Future<Output = Result<HomeCard>> + Send + 'static,
{
    fn read(&self, visit: Visit) -> BoxFuture<'static, Result<HomeCard>> {
        self(visit).boxed()
    }
}

/// An app's part of the first page, and who sees it.
#[derive(Clone)]
pub struct HomeSlot {
    /// The app that brings it.
    pub app: &'static str,
    /// The permission without which it is not read.
    pub needs: PermissionDef,
    reader: Arc<dyn HomeReader>,
}

impl HomeSlot {
    /// A card for those who hold a permission.
    pub fn new(app: &'static str, needs: PermissionDef, reader: impl HomeReader) -> Self {
        Self { app, needs, reader: Arc::new(reader) }
    }
}

impl fmt::Debug for HomeSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HomeSlot").field("app", &self.app).field("needs", &self.needs).finish()
    }
}

impl Services {
    /// What the apps bring to the first page for this member, as one card; and whether some of it
    /// could not be read.
    ///
    /// The cards share a transaction of their own that only reads. After a failure the next card
    /// gets a new one, since PostgreSQL answers nothing more in a transaction that failed.
    pub async fn home_cards(
        &self,
        tenant: &Arc<Tenant>,
        member: &Arc<Member>,
        calendar: Calendar,
    ) -> Result<(HomeCard, bool)> {
        let (mut all, mut is_partial) = (HomeCard::new(), false);
        let (end, mut queries) = (Instant::now() + TIME, 0);
        let mut open: Option<TenantDb> = None;
        for slot in self.home.iter().filter(|slot| member.may(&slot.needs)) {
            if queries >= QUERIES {
                tracing::warn!(
                    app = slot.app,
                    "left out of the first page: no query is left for it"
                );
                is_partial = true;
                continue;
            }
            let db = match open.take() {
                Some(db) => db,
                None => self.store.tenant_db(tenant.clone(), Mode::Read).await?,
            };
            let before = db.queries().await;
            let (member, tenant) = (member.clone(), tenant.clone());
            let visit = Visit { db: db.clone(), member, tenant, calendar };
            let reading = AssertUnwindSafe(async { slot.reader.read(visit).await }).catch_unwind();
            match timeout_at(end, reading).await {
                Ok(Ok(Ok(card))) => {
                    queries += db.queries().await - before;
                    all.extend(card);
                    open = Some(db);
                }
                failed => {
                    // What is dropped is undone, without waiting for a query that still runs.
                    drop(db);
                    is_partial = true;
                    let why = match failed {
                        Ok(Ok(Err(error))) => format!("{:#}", Error::into_anyhow(error)),
                        Ok(_) => "it panicked".to_owned(),
                        Err(_) => "it took too long".to_owned(),
                    };
                    tracing::error!(app = slot.app, "left out of the first page: {why}");
                }
            }
        }
        if let Some(db) = open {
            db.finish(false).await?;
        }
        Ok((all, is_partial))
    }
}
