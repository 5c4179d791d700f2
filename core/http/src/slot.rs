//! Slots: what apps bring to a page that is not theirs. All that is read for one page shares one budget.

use std::{fmt, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use core_access::{Member, Permission, PermissionDef};
use core_base::{Error, Extensions, Result};
use core_db::{Mode, Store, Tenant, TenantDb};
use core_ui::Calendar;
use futures_util::{FutureExt, future::BoxFuture};
use tokio::time::{Instant, timeout_at};

/// What an app reads its part of a page with.
pub struct Visit {
    /// The workspace's data, for reading.
    pub db: TenantDb,
    /// Whoever looks at the page.
    pub member: Arc<Member>,
    /// The workspace itself.
    pub tenant: Arc<Tenant>,
    /// How that person reads times.
    pub calendar: Calendar,
    pub(crate) extensions: Extensions,
}

impl Visit {
    /// May whoever looks at the page also do `P`? For showing a button, never for guarding.
    pub fn may<P: Permission>(&self) -> bool {
        self.member.may(&PermissionDef::of::<P>())
    }

    /// What an app brings with `App::extension`.
    pub fn extension<T: Send + Sync + 'static>(&self) -> Result<Arc<T>> {
        self.extensions.find()
    }
}

/// A function that reads an app's part `T` of a page: `async fn(Visit) -> Result<T>`.
pub trait SlotReader<T>: Send + Sync + 'static {
    /// The part for this visit.
    fn read(&self, visit: Visit) -> BoxFuture<'static, Result<T>>;
}

impl<T, F, W> SlotReader<T> for F
where
    F: Fn(Visit) -> W + Send + Sync + 'static,
    W: Future<Output = Result<T>> + Send + 'static,
{
    fn read(&self, visit: Visit) -> BoxFuture<'static, Result<T>> {
        self(visit).boxed()
    }
}

/// An app's part of a page, and who sees it.
pub struct Slot<T> {
    /// The app that brings it.
    pub app: &'static str,
    /// The permission without which it is not read.
    pub needs: PermissionDef,
    reader: Arc<dyn SlotReader<T>>,
}

impl<T: 'static> Slot<T> {
    /// A part for those who hold a permission.
    pub fn new(app: &'static str, needs: PermissionDef, reader: impl SlotReader<T>) -> Self {
        Self { app, needs, reader: Arc::new(reader) }
    }
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self { app: self.app, needs: self.needs, reader: self.reader.clone() }
    }
}

impl<T> fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").field("app", &self.app).field("needs", &self.needs).finish()
    }
}

/// What all slots of one page may use together; what is left once it is used up is left out.
#[derive(Clone, Copy)]
pub(crate) struct Budget {
    pub(crate) queries: u32,
    pub(crate) time: Duration,
}

/// Whose page it is.
pub(crate) struct Visitor<'a> {
    pub(crate) store: &'a Store,
    pub(crate) tenant: &'a Arc<Tenant>,
    pub(crate) member: &'a Arc<Member>,
    pub(crate) calendar: Calendar,
    pub(crate) extensions: &'a Extensions,
}

impl Visitor<'_> {
    /// The parts for this member in the order of the slots, and whether some could not be read: what
    /// fails, panics or takes too long is left out and logged.
    ///
    /// They share a transaction of their own that only reads. After a failure the next one gets a new
    /// transaction, since PostgreSQL answers nothing more in one that failed.
    pub(crate) async fn read<T: 'static>(
        &self,
        slots: &[Slot<T>],
        budget: Budget,
    ) -> Result<(Vec<T>, bool)> {
        let (mut parts, mut is_partial) = (vec![], false);
        let (end, mut queries) = (Instant::now() + budget.time, 0);
        let mut open: Option<TenantDb> = None;
        for slot in slots.iter().filter(|slot| self.member.may(&slot.needs)) {
            if queries >= budget.queries {
                tracing::warn!(app = slot.app, "left out of a page: no query is left for it");
                is_partial = true;
                continue;
            }
            let db = match open.take() {
                Some(db) => db,
                None => self.store.tenant_db(self.tenant.clone(), Mode::Read).await?,
            };
            let before = db.queries().await;
            let visit = self.visit(db.clone());
            let reading = AssertUnwindSafe(async { slot.reader.read(visit).await }).catch_unwind();
            match timeout_at(end, reading).await {
                Ok(Ok(Ok(part))) => {
                    queries += db.queries().await - before;
                    parts.push(part);
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
                    tracing::error!(app = slot.app, "left out of a page: {why}");
                }
            }
        }
        if let Some(db) = open {
            db.finish(false).await?;
        }
        Ok((parts, is_partial))
    }

    fn visit(&self, db: TenantDb) -> Visit {
        let (member, tenant) = (self.member.clone(), self.tenant.clone());
        Visit { db, member, tenant, calendar: self.calendar, extensions: self.extensions.clone() }
    }
}
