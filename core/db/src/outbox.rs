//! The outbox: what a tenant's transaction leaves to be done once it is kept. A relay takes it to
//! the queue. On PostgreSQL it is one table for all tenants of a database, into which their roles can
//! only insert; on SQLite a table in each tenant's file.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use core_base::TenantId;
use sea_orm::entity::prelude::*;
use tokio::sync::Notify;

/// A row of the outbox. On PostgreSQL the table also has `role`: the role that inserted the row,
/// which no tenant can choose, and which says whose it is.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "shared", table_name = "outbox")]
pub struct Model {
    /// Becomes the id of the job.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `job` or `event`.
    pub kind: String,
    /// Of the job or the event.
    pub name: String,
    /// What it carries, as JSON.
    pub payload: String,
    /// The job's own: 0 goes first.
    pub priority: i32,
    /// Of two jobs with the same key one is enough.
    pub unique_key: Option<String>,
    /// Not before this, UTC.
    pub due_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

/// Wakes whoever relays and works in this process when rows were added to an outbox.
#[derive(Default)]
pub struct Wake {
    /// Whose outboxes, since when.
    tenants: Mutex<BTreeMap<TenantId, Instant>>,
    notify: Notify,
}

impl Wake {
    /// A tenant's transaction with rows for the outbox was kept.
    pub fn tenant(&self, tenant: TenantId) {
        self.tenants().entry(tenant).or_insert_with(Instant::now);
        self.notify.notify_one();
    }

    /// A tenant's outbox could not be emptied: at the next look, without waking anybody.
    pub fn again(&self, tenant: TenantId, since: Instant) {
        self.tenants().insert(tenant, since);
    }

    /// For how long the first of them has been waiting.
    pub(crate) fn oldest(&self) -> Option<Duration> {
        self.tenants().values().map(Instant::elapsed).max()
    }

    /// Something was put into the queue itself.
    pub fn queue(&self) {
        self.notify.notify_one();
    }

    /// Ends when something was left since the last time.
    pub async fn heard(&self) {
        self.notify.notified().await;
    }

    /// Whose outboxes have something, as far as this process knows, and since when.
    pub fn take(&self) -> Vec<(TenantId, Instant)> {
        std::mem::take(&mut *self.tenants()).into_iter().collect()
    }

    fn tenants(&self) -> MutexGuard<'_, BTreeMap<TenantId, Instant>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
