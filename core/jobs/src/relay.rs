//! The relay: takes what transactions left in the outboxes to the queue.

use std::{collections::HashSet, sync::Arc, time::Instant};

use core_base::{Result, TenantId};
use core_db::{CatalogTx, Mode, Status, Store, catalog::tenant, outbox};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Statement,
};
use uuid::Uuid;

use crate::{
    Jobs,
    queue::{self, NewJob},
};

/// Rows taken at a time.
const BATCH: u64 = 500;

/// Takes outboxes to the queue. Several may be at work: each row is taken once.
#[derive(Clone)]
pub struct Relay {
    store: Store,
    jobs: Arc<Jobs>,
}

impl Relay {
    /// For one store.
    pub fn new(store: Store, jobs: Arc<Jobs>) -> Self {
        Self { store, jobs }
    }

    /// Ends when this process left something.
    pub(crate) async fn heard(&self) {
        self.store.outbox_signal().heard().await;
    }

    /// Takes what this process knows to be there; on PostgreSQL, all that is there. Returns how
    /// many rows it took.
    pub async fn run(&self) -> Result<usize> {
        let tenants = self.store.outbox_signal().take();
        match self.store.backend() {
            DbBackend::Postgres => self.shared().await,
            _ => self.files(tenants).await,
        }
    }

    /// Takes what a crash may have left unseen: on SQLite that needs a look into every file.
    pub async fn sweep(&self) -> Result<usize> {
        if self.store.backend() == DbBackend::Postgres {
            return self.shared().await;
        }
        let mut left = vec![];
        for row in self.store.tenants().await.map_err(core_base::Error::Internal)? {
            let id = row.id;
            if row.status == Status::Active && self.has_left(id).await? {
                left.push((id, Instant::now()));
            }
        }
        self.files(left).await
    }

    async fn has_left(&self, id: TenantId) -> Result<bool> {
        let Some(tenant) = self.store.directory().by_id(id).await? else { return Ok(false) };
        let db = self.store.tenant_db(tenant, Mode::Read).await?;
        let found = outbox::Entity::find().limit(1).one(&db).await;
        db.finish(false).await?;
        Ok(found?.is_some())
    }

    /// One transaction moves a batch, since queue and outbox share a database.
    async fn shared(&self) -> Result<usize> {
        let mut taken = 0;
        loop {
            let tx = self.store.catalog().begin().await?;
            let rows = take_shared(&tx).await?;
            if rows.is_empty() {
                return Ok(taken);
            }
            taken += rows.len();
            let (there, mut jobs) = (there(&tx, &rows).await?, vec![]);
            for row in rows {
                let Some(tenant) = TenantId::from_schema(&row.role) else {
                    tracing::error!(id = %row.id, role = row.role, "a job left by no tenant's role");
                    continue;
                };
                if there.contains(&tenant.0) {
                    jobs.extend(self.jobs_of(tenant, row.entry()));
                }
            }
            queue::insert(&tx, jobs).await?;
            tx.commit().await?;
        }
    }

    /// One workspace's trouble is not another's: what could not be taken is tried again.
    async fn files(&self, tenants: Vec<(TenantId, Instant)>) -> Result<usize> {
        let mut taken = 0;
        for (id, since) in tenants {
            match self.file(id).await {
                Ok(count) => taken += count,
                Err(error) => {
                    let why = error.into_anyhow();
                    tracing::warn!(tenant = %id, "emptying an outbox: {why:#}");
                    self.store.outbox_signal().again(id, since);
                }
            }
        }
        Ok(taken)
    }

    /// The outbox is emptied after the queue has it: what a kill between the two repeats is
    /// recognised by its id. The file's own lock keeps other relays out meanwhile.
    async fn file(&self, id: TenantId) -> Result<usize> {
        let Some(tenant) = self.store.directory().by_id(id).await? else { return Ok(0) };
        let mut taken = 0;
        loop {
            let db = self.store.tenant_db(tenant.clone(), Mode::Write).await?;
            let query = outbox::Entity::find().order_by_asc(outbox::Column::Id).limit(BATCH);
            let rows = query.all(&db).await?;
            if rows.is_empty() {
                db.finish(false).await?;
                return Ok(taken);
            }
            taken += rows.len();
            let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
            let jobs = rows.into_iter().flat_map(|row| self.jobs_of(id, row)).collect();
            let tx = self.store.catalog().begin().await?;
            queue::insert(&tx, jobs).await?;
            tx.commit().await?;
            let delete = outbox::Entity::delete_many().filter(outbox::Column::Id.is_in(ids));
            delete.exec(&db).await?;
            db.finish(true).await?;
        }
    }

    /// A job is one job; an event is one for each listener, with ids that a repetition gives again.
    fn jobs_of(&self, tenant: TenantId, row: outbox::Model) -> Vec<NewJob> {
        let job = |id, name| NewJob {
            id,
            name,
            tenant: Some(tenant),
            payload: row.payload.clone(),
            priority: row.priority,
            key: row.unique_key.clone(),
            due_at: row.due_at,
        };
        if row.kind == "job" {
            return vec![job(row.id, row.name.clone())];
        }
        let listeners = self.jobs.listeners(&row.name).iter();
        listeners.map(|name| job(Uuid::new_v5(&row.id, name.as_bytes()), name.clone())).collect()
    }
}

#[derive(FromQueryResult)]
struct Shared {
    id: Uuid,
    kind: String,
    name: String,
    payload: String,
    priority: i32,
    unique_key: Option<String>,
    due_at: chrono::DateTime<chrono::Utc>,
    role: String,
}

impl Shared {
    fn entry(self) -> outbox::Model {
        let Self { id, kind, name, payload, priority, unique_key, due_at, .. } = self;
        outbox::Model { id, kind, name, payload, priority, unique_key, due_at }
    }
}

/// Whose rows are carried on: what an erased tenant's last transaction left is not. Asked in the
/// transaction that has the rows, since a pooler may have no second connection for us.
async fn there(tx: &CatalogTx, rows: &[Shared]) -> Result<HashSet<Uuid>> {
    let tenants: HashSet<_> =
        rows.iter().filter_map(|row| TenantId::from_schema(&row.role)).map(|id| id.0).collect();
    let query = tenant::Entity::find().select_only().column(tenant::Column::Id);
    let query = query
        .filter(tenant::Column::Id.is_in(tenants))
        .filter(tenant::Column::Status.is_not_in([Status::Deleting, Status::Deleted]));
    let ids: Vec<Uuid> = query.into_tuple().all(tx).await?;
    Ok(ids.into_iter().collect())
}

async fn take_shared(tx: &CatalogTx) -> Result<Vec<Shared>> {
    let sql = format!(
        "DELETE FROM \"shared\".\"outbox\" WHERE id IN
             (SELECT id FROM \"shared\".\"outbox\" ORDER BY id LIMIT {BATCH} FOR UPDATE SKIP LOCKED)
         RETURNING id, kind, name, payload, priority, unique_key, due_at, role::text AS role"
    );
    let rows = tx.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    let rows = rows.iter().map(|row| Shared::from_query_result(row, ""));
    let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
    rows.sort_by_key(|row| row.id);
    Ok(rows)
}
