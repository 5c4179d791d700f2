//! Leaving jobs and events in the transaction of the change that they follow from.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use core_base::{Result, TenantId, UserId, clock};
use core_db::{CatalogTx, TenantDb, outbox};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use crate::{
    Event, Job, JobId, person,
    queue::{self, NewJob},
};

/// A transaction that jobs can be left in.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Leaves one.
    async fn put(&self, job: NewJob) -> Result<()>;
}

#[async_trait]
impl Outbox for TenantDb {
    async fn put(&self, job: NewJob) -> Result<()> {
        Ok(self.enqueue(entry("job", job, self.actor().user())).await?)
    }
}

#[async_trait]
impl Outbox for CatalogTx {
    async fn put(&self, job: NewJob) -> Result<()> {
        queue::insert(self, vec![job]).await?;
        self.note_enqueued();
        Ok(())
    }
}

/// `Job { … }.later(&db)`.
#[async_trait]
pub trait Later: Job {
    /// Runs once the transaction is kept, as soon as its turn comes.
    async fn later(&self, db: &dyn Outbox) -> Result<JobId> {
        self.at(db, clock::now()).await
    }

    /// Enqueues the job so that it does not run before `due`, UTC.
    async fn at(&self, db: &dyn Outbox, due: DateTime<Utc>) -> Result<JobId> {
        let job = NewJob::of(self, None, due)?;
        let id = JobId(job.id);
        db.put(job).await?;
        Ok(id)
    }

    /// For a tenant, left in the catalogue: for the platform's own work on tenants.
    async fn later_for(&self, db: &CatalogTx, tenant: TenantId) -> Result<JobId> {
        let job = NewJob::of(self, Some(tenant), clock::now())?;
        let id = JobId(job.id);
        db.put(job).await?;
        Ok(id)
    }
}

impl<J: Job> Later for J {}

/// Says that something happened: each listener hears of it once the transaction is kept.
pub async fn announce<E: Event>(db: &TenantDb, event: &E) -> Result<()> {
    let job = NewJob {
        id: Uuid::now_v7(),
        tenant: None,
        name: E::NAME.to_owned(),
        payload: serde_json::to_string(event)?,
        priority: 1,
        key: None,
        due_at: clock::now(),
    };
    Ok(db.enqueue(entry("event", job, db.actor().user())).await?)
}

fn entry(kind: &str, job: NewJob, by: Option<UserId>) -> outbox::ActiveModel {
    outbox::ActiveModel {
        id: Set(job.id),
        kind: Set(kind.to_owned()),
        name: Set(job.name),
        payload: Set(person::put_into(job.payload, by)),
        priority: Set(job.priority),
        unique_key: Set(job.key),
        due_at: Set(job.due_at),
    }
}
