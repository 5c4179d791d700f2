//! Schedules: what repeats, by the rules of cron in a time zone, once in the whole fleet.

use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use core_base::{Result, TenantId, clock};
use core_db::{CatalogDb, CatalogTx, Status, Store, catalog::tenant};
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

/// Workspaces that get their job in one transaction.
const BATCH: usize = queue::CHUNK;
/// A rule of no program that runs is overdue by so much: every other is moved on within seconds.
const ABANDONED: TimeDelta = TimeDelta::hours(1);

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
/// enqueues. What was missed while nothing ran is made up for once. A rule that is none of ours and long
/// overdue is nobody's any more: it goes, so that putting it back does not fire it at once.
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
                firing_at: Set(None),
                fired_to: Set(None),
            };
            let again = OnConflict::column(Column::Name).do_nothing().to_owned();
            Entity::insert(row).on_conflict(again).exec_without_returning(catalog).await?;
            continue;
        };
        if row.next_at <= now && fire(catalog, one, row, next).await? {
            fired += 1;
        }
    }
    let strange = |row: &&schedule::Model| schedules.iter().all(|one| one.key() != row.name);
    for row in known.iter().filter(|row| row.next_at < now - ABANDONED).filter(strange) {
        let old = catalog.delete_many::<Entity>().filter(Column::Name.eq(&row.name));
        old.filter(Column::NextAt.eq(row.next_at)).exec(catalog).await?;
    }
    Ok(fired)
}

/// Enqueues it outside its hours: for one workspace, or for all that it is meant for. Gives how many
/// jobs that makes.
pub async fn run_now(store: &Store, schedule: &Schedule, only: Option<TenantId>) -> Result<usize> {
    let (mut count, mut after) = (0, None);
    loop {
        let tx = store.catalog().begin().await?;
        let tenants = match only {
            Some(tenant) => vec![Some(tenant)],
            None => tenants(&tx, schedule, after).await?,
        };
        after = tenants.last().copied().flatten();
        let jobs: Vec<_> = tenants.into_iter().map(|tenant| schedule.job(tenant, None)).collect();
        let more = jobs.len() == BATCH;
        count += jobs.len();
        queue::insert(&tx, jobs).await?;
        tx.note_enqueued();
        tx.commit().await?;
        if !more {
            return Ok(count);
        }
    }
}

/// Gives every workspace that is meant its job, a batch in each transaction, so that others write in
/// between. How far it got stands in the schedule's row: after a kill, whoever comes next goes on from
/// there. `false`: another process has it in hand.
async fn fire(
    catalog: &CatalogDb,
    schedule: &Schedule,
    row: &schedule::Model,
    next: DateTime<Utc>,
) -> Result<bool> {
    // One that still waits from the last time is enough.
    let key = Some(format!("schedule {}", schedule.key()));
    let mut stands = row.fired_to;
    let mut after = stands.filter(|_| row.firing_at == Some(row.next_at));
    loop {
        let tx = catalog.begin().await?;
        let tenants = tenants(&tx, schedule, after).await?;
        let more = tenants.len() == BATCH;
        after = tenants.last().copied().flatten().filter(|_| more);
        let mine = Entity::update_many()
            .filter(Column::Name.eq(schedule.key()))
            .filter(Column::NextAt.eq(row.next_at))
            .filter(stands.map_or_else(|| Column::FiredTo.is_null(), |id| Column::FiredTo.eq(id)))
            .col_expr(Column::NextAt, Expr::value(if more { row.next_at } else { next }))
            .col_expr(Column::FiringAt, Expr::value(more.then_some(row.next_at)))
            .col_expr(Column::FiredTo, Expr::value(after));
        if mine.exec(&tx).await?.rows_affected != 1 {
            return Ok(false);
        }
        let jobs = tenants.into_iter().map(|tenant| schedule.job(tenant, key.clone()));
        queue::insert(&tx, jobs.collect()).await?;
        tx.note_enqueued();
        tx.commit().await?;
        if !more {
            return Ok(true);
        }
        stands = after;
    }
}

/// The next open workspaces behind this one, or the platform alone.
async fn tenants(
    tx: &CatalogTx,
    schedule: &Schedule,
    after: Option<TenantId>,
) -> Result<Vec<Option<TenantId>>> {
    if !schedule.each_tenant {
        return Ok(vec![None]);
    }
    let mut query = tenant::Entity::find()
        .select_only()
        .column(tenant::Column::Id)
        .filter(tenant::Column::Status.eq(Status::Active))
        .filter(tenant::Column::Quarantine.eq(""));
    if let Some(after) = after {
        query = query.filter(tenant::Column::Id.gt(after));
    }
    let query = query.order_by_asc(tenant::Column::Id).limit(BATCH as u64);
    let ids: Vec<TenantId> = query.into_tuple().all(tx).await?;
    Ok(ids.into_iter().map(Some).collect())
}
