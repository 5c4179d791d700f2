//! Schedules: what repeats, by the rules of cron in a time zone, once in the whole fleet.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use core_base::{Result, TenantId, clock};
use core_db::{CatalogTx, Status, Store, catalog::tenant};
use croner::Cron;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use crate::{
    Job,
    entity::schedule::{self, Column, Entity},
    queue::{self, NewJob},
};

/// A job that repeats.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Minute, hour, day of the month, month, day of the week.
    pub cron: &'static str,
    /// IANA name.
    pub zone: &'static str,
    /// One job for each open workspace, or one for the platform.
    pub each_tenant: bool,
    /// The job's name.
    pub name: &'static str,
    payload: String,
    priority: i32,
}

/// `job` once for each open workspace whenever `cron` says so, UTC.
pub fn each_tenant<J: Job>(cron: &'static str, job: &J) -> Schedule {
    Schedule { each_tenant: true, ..once(cron, job) }
}

/// `job` once for the platform whenever `cron` says so, UTC.
pub fn once<J: Job>(cron: &'static str, job: &J) -> Schedule {
    let payload = serde_json::to_string(job).expect("a payload of our own is plain data");
    let (name, priority) = (J::NAME, J::PRIORITY as i32);
    Schedule { cron, zone: "UTC", each_tenant: false, name, payload, priority }
}

impl Schedule {
    /// The rule is meant in this time zone: 3 o'clock stays 3 o'clock in summer.
    #[must_use]
    pub fn in_zone(self, zone: &'static str) -> Self {
        Self { zone, ..self }
    }

    /// The first time after `after`, UTC; or what is wrong with the rule.
    pub fn next(&self, after: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
        let zone = Tz::from_str(self.zone).map_err(|_| format!("no time zone {}", self.zone))?;
        let cron = Cron::from_str(self.cron).map_err(|error| format!("{}: {error}", self.cron))?;
        let next = cron.find_next_occurrence(&after.with_timezone(&zone), false);
        next.map(|next| next.with_timezone(&Utc)).map_err(|error| error.to_string())
    }

    fn job(&self, tenant: Option<TenantId>, key: Option<String>) -> NewJob {
        NewJob {
            id: Uuid::now_v7(),
            tenant,
            name: self.name.to_owned(),
            payload: self.payload.clone(),
            priority: self.priority,
            key,
            due_at: clock::now(),
        }
    }

    /// Unique among schedules: a job may have several.
    pub fn key(&self) -> String {
        format!("{} {} {}", self.name, self.cron, self.zone)
    }
}

/// Enqueues what is due. Who moves a schedule on, in the transaction that enqueues, is the one who
/// enqueues. What was missed while nothing ran is made up for once.
pub(crate) async fn tick(store: &Store, schedules: &[Schedule]) -> Result<usize> {
    let catalog = store.catalog();
    let (known, now) = (catalog.find::<Entity>().all(catalog).await?, clock::now());
    let mut fired = 0;
    for one in schedules {
        let next = one.next(now).map_err(|why| anyhow::anyhow!("schedule {}: {why}", one.name))?;
        let Some(row) = known.iter().find(|row| row.name == one.key()) else {
            let row = schedule::ActiveModel {
                name: Set(one.key()),
                cron: Set(one.cron.to_owned()),
                zone: Set(one.zone.to_owned()),
                next_at: Set(next),
            };
            let again = OnConflict::column(Column::Name).do_nothing().to_owned();
            Entity::insert(row).on_conflict(again).exec_without_returning(catalog).await?;
            continue;
        };
        if row.next_at > now {
            continue;
        }
        let tx = catalog.begin().await?;
        let moved = Entity::update_many()
            .filter(Column::Name.eq(one.key()))
            .filter(Column::NextAt.eq(row.next_at))
            .col_expr(Column::NextAt, Expr::value(next))
            .exec(&tx)
            .await?;
        if moved.rows_affected == 1 {
            fire(&tx, one).await?;
            tx.note_enqueued();
            tx.commit().await?;
            fired += 1;
        }
    }
    Ok(fired)
}

/// Enqueues it outside its hours: for one workspace, or for all that it is meant for. Gives how many
/// jobs that makes.
pub async fn run_now(store: &Store, schedule: &Schedule, only: Option<TenantId>) -> Result<usize> {
    let tx = store.catalog().begin().await?;
    let tenants = match only {
        Some(tenant) => vec![Some(tenant)],
        None => tenants(&tx, schedule).await?,
    };
    let jobs: Vec<_> = tenants.into_iter().map(|tenant| schedule.job(tenant, None)).collect();
    let count = jobs.len();
    queue::insert(&tx, jobs).await?;
    tx.note_enqueued();
    tx.commit().await?;
    Ok(count)
}

async fn fire(tx: &CatalogTx, schedule: &Schedule) -> Result<()> {
    // One that still waits from the last time is enough.
    let key = Some(format!("schedule {}", schedule.key()));
    let tenants = tenants(tx, schedule).await?;
    let jobs = tenants.into_iter().map(|tenant| schedule.job(tenant, key.clone()));
    Ok(queue::insert(tx, jobs.collect()).await?)
}

/// All open workspaces in one go: their names fit into memory, and a kill leaves all or none.
async fn tenants(tx: &CatalogTx, schedule: &Schedule) -> Result<Vec<Option<TenantId>>> {
    if !schedule.each_tenant {
        return Ok(vec![None]);
    }
    let ids: Vec<Uuid> = tenant::Entity::find()
        .select_only()
        .column(tenant::Column::Id)
        .filter(tenant::Column::Status.eq(Status::Active))
        .order_by_asc(tenant::Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(ids.into_iter().map(|id| Some(TenantId(id))).collect())
}
