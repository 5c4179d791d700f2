//! Migrating all tenants: a fleet, not a loop. One script and one transaction each, side by side, a
//! canary first; a run with nothing to do is one query.

mod newer_schema;
mod tenant_run;

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use core_base::TenantId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

use crate::{
    catalog::tenant::{self, Status},
    changes::Changes,
    file_lock::FileLock,
    migration::stamp,
    plan::Plan,
    pool::{Lease, Pool},
    setup,
    store::{Place, Store},
    tenant_rows,
    tx::Body,
};

/// Tenants whose new stamp is written to the catalogue together.
const BATCH: usize = 100;
/// Tenants that may fail alone before the rest is touched.
const CANARIES: usize = 3;

/// How far a run is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Tenants seen to, failed ones included.
    pub done: usize,
    /// Tenants that need it.
    pub total: usize,
    /// Of those seen to, the failed.
    pub failed: usize,
    /// Since the start.
    pub elapsed: Duration,
}

impl Progress {
    /// How much longer it will take at this pace.
    pub fn left(&self) -> Duration {
        let todo = (self.total - self.done) as f64;
        self.elapsed.mul_f64(todo / (self.done.max(1) as f64))
    }
}

/// What a run did.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Report {
    /// Brought to the current schema.
    pub migrated: usize,
    /// Put aside before, and open again: what kept them is gone.
    pub released: usize,
    /// Put aside: address and reason.
    pub failed: Vec<(String, String)>,
}

/// What one worker works on.
enum Lane {
    Files(PathBuf),
    /// The connection is away only while a data step has it.
    Schemas {
        body: Option<Body>,
        installation: String,
    },
}

struct Run<'a> {
    store: &'a Store,
    stamp: String,
    queue: Mutex<VecDeque<tenant::Model>>,
    plans: Mutex<HashMap<String, Arc<Plan>>>,
    report: Mutex<Report>,
    /// Those that are done and have this stamp now.
    fresh: Mutex<Vec<(TenantId, String)>>,
    done: AtomicUsize,
    total: usize,
    start: Instant,
    progress: &'a (dyn Fn(Progress) + Sync),
}

impl Store {
    /// Tenants by the stamp they carry, and the quarantined ones with the reason.
    pub async fn migration_status(
        &self,
    ) -> anyhow::Result<(BTreeMap<String, usize>, Vec<(String, String)>)> {
        let rows = tenant::Entity::find()
            .filter(tenant::Column::Status.is_in(Status::WHOLE))
            .order_by_asc(tenant::Column::Slug)
            .all(self.catalog())
            .await?;
        self.learn_all(&rows).await;
        let mut stamps = BTreeMap::new();
        for row in &rows {
            *stamps.entry(row.stamp.clone()).or_insert(0) += 1;
        }
        let aside = rows.into_iter().filter(|row| !row.quarantine.is_empty());
        Ok((stamps, aside.map(|row| (row.slug, row.quarantine)).collect()))
    }

    /// The stamp of a tenant that has all migrations.
    pub fn current_stamp(&self) -> String {
        stamp(self.0.migrations.tenant.iter().map(|step| step.name))
    }

    /// Brings every tenant to the current schema. A failing one is put aside, and the others go on;
    /// when the first few all fail, nothing else is touched. Killed, it goes on where it was.
    pub async fn migrate_tenants(
        &self,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> anyhow::Result<Report> {
        let (behind, whole) = self.to_see_to().await?;
        self.release(&whole).await?;
        let report = Report { released: whole.len(), ..Report::default() };
        let queue: VecDeque<_> = behind.into();
        if queue.is_empty() {
            return Ok(report);
        }
        let run = Run {
            store: self,
            stamp: self.current_stamp(),
            total: queue.len(),
            queue: Mutex::new(queue),
            plans: Mutex::default(),
            report: Mutex::new(report),
            done: AtomicUsize::new(0),
            fresh: Mutex::default(),
            start: Instant::now(),
            progress,
        };
        match &self.0.place {
            Place::Embedded { data_dir } => {
                let _leader = FileLock::attempt(&data_dir.join("migrate.lock"))?
                    .context("another migration is running")?;
                let lane = || Lane::Files(setup::cell_dir(data_dir));
                run.all(lane(), lane()).await?;
            }
            Place::Postgres { owners, installation, .. } => {
                let lane = |lease| Lane::Schemas {
                    body: Some(Body::Postgres(lease)),
                    installation: installation.clone(),
                };
                let leader = lead(owners).await?;
                let mut second = owners.acquire().await?;
                second.mark_dirty();
                // Dropped soiled, both connections are scrubbed, which gives the lock back.
                drop(run.all(lane(leader), lane(second)).await?);
            }
        }
        run.report.into_inner().map_err(|_| anyhow::anyhow!("a migration panicked"))
    }
}

/// A connection that holds the leader's lock until it is given back or dies.
async fn lead(owners: &Pool<PgConnection>) -> anyhow::Result<Lease<PgConnection>> {
    let mut lease = owners.acquire().await?;
    lease.mark_dirty();
    let sql = format!("SELECT pg_try_advisory_lock({})", setup::LEADER);
    let row = (&mut *lease).fetch_one(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    anyhow::ensure!(row.try_get::<bool, _>(0)?, "another migration is running");
    Ok(lease)
}

impl Run<'_> {
    /// Canaries first, alone; then two lanes side by side. Gives the first lane back.
    async fn all(&self, mut first: Lane, mut second: Lane) -> anyhow::Result<Lane> {
        let mut canaries = 0;
        while canaries < CANARIES {
            let failed = self.failed();
            if !self.next(&mut first).await? || self.failed() == failed {
                break;
            }
            canaries += 1;
        }
        if canaries == CANARIES {
            self.flush().await?;
            let report = self.report.lock().expect("nothing panics in it").clone();
            let (slug, why) = report.failed.last().cloned().unwrap_or_default();
            anyhow::bail!(
                "the first {CANARIES} workspaces failed, nothing else was touched ({slug}: {why})"
            );
        }
        tokio::try_join!(self.drain(&mut first), self.drain(&mut second))?;
        self.flush().await?;
        Ok(first)
    }

    async fn drain(&self, lane: &mut Lane) -> anyhow::Result<()> {
        while self.next(lane).await? {}
        Ok(())
    }

    fn failed(&self) -> usize {
        self.report.lock().expect("nothing panics in it").failed.len()
    }

    /// Sees to one tenant; false when none is left. An error is the store's, not the tenant's.
    async fn next(&self, lane: &mut Lane) -> anyhow::Result<bool> {
        let next = self.queue.lock().expect("nothing panics in it").pop_front();
        let Some(row) = next else { return Ok(false) };
        let done = match lane {
            Lane::Schemas { body, installation } => self.schema(body, installation, &row).await?,
            Lane::Files(dir) => self.file(dir, &row).await,
        };
        match done {
            Ok(stamp) => {
                let full = {
                    let mut fresh = self.fresh.lock().expect("nothing panics in it");
                    fresh.push((row.id, stamp));
                    fresh.len() >= BATCH
                };
                self.report.lock().expect("nothing panics in it").migrated += 1;
                if full {
                    self.flush().await?;
                }
            }
            Err(why) => self.put_aside(&row, format!("{why:#}")).await?,
        }
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let elapsed = self.start.elapsed();
        (self.progress)(Progress { done, total: self.total, failed: self.failed(), elapsed });
        Ok(true)
    }

    /// Tells the catalogue of those that are done. A kill before it costs a look at each.
    async fn flush(&self) -> anyhow::Result<()> {
        let fresh = std::mem::take(&mut *self.fresh.lock().expect("nothing panics in it"));
        if fresh.is_empty() {
            return Ok(());
        }
        let mut by_stamp = BTreeMap::<_, Vec<_>>::new();
        for (id, stamp) in &fresh {
            by_stamp.entry(stamp.as_str()).or_default().push(*id);
        }
        let tx = self.store.catalog().begin().await?;
        for (stamp, ids) in by_stamp {
            tenant::Entity::update_many()
                .col_expr(tenant::Column::Stamp, Expr::value(stamp))
                .col_expr(tenant::Column::Quarantine, Expr::value(""))
                .filter(tenant::Column::Id.is_in(ids))
                .exec(&tx)
                .await?;
        }
        let fresh: Vec<_> = fresh.into_iter().map(|(id, _)| id).collect();
        tenant_rows::wake_jobs(&tx, &fresh).await?;
        Changes::record(&tx, "tenant", "*").await?;
        tx.commit().await?;
        self.store.changes().notify("tenant", "*");
        Ok(())
    }

    async fn put_aside(&self, row: &tenant::Model, why: String) -> anyhow::Result<()> {
        tracing::error!(slug = row.slug, why, "a workspace could not be migrated");
        let tx = self.store.catalog().begin().await?;
        tenant::Entity::update_many()
            .col_expr(tenant::Column::Quarantine, Expr::value(why.as_str()))
            .filter(tenant::Column::Id.eq(row.id))
            .exec(&tx)
            .await?;
        Changes::record(&tx, "tenant", &row.slug).await?;
        tx.commit().await?;
        self.store.changes().notify("tenant", &row.slug);
        self.report.lock().expect("nothing panics in it").failed.push((row.slug.clone(), why));
        Ok(())
    }

    fn plan(&self, stamp: &str, names: Option<&[String]>) -> anyhow::Result<Option<Arc<Plan>>> {
        let mut plans = self.plans.lock().expect("nothing panics in it");
        if let Some(plan) = plans.get(stamp) {
            return Ok(Some(plan.clone()));
        }
        let Some(names) = names else { return Ok(None) };
        let list = self.store.0.migrations.tenant;
        let plan = Arc::new(Plan::new(self.store.backend(), list, names, false)?);
        plans.insert(stamp.to_owned(), plan.clone());
        Ok(Some(plan))
    }
}
