//! What keeps the queue going: wakes what is due, takes jobs from dead workers, keeps leases, fires
//! schedules.

use std::{sync::Arc, time::Duration};

use core_base::Result;
use core_db::Store;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};
use tokio::{
    sync::Notify,
    time::{MissedTickBehavior, interval},
};
use uuid::Uuid;

use crate::{
    Jobs,
    entity::job::{Column, Entity, State},
    queue, schedule,
};

/// A job that was lost with its worker so often is taken for what kills workers.
const MAX_LOST_ATTEMPTS: i32 = 5;

pub(crate) async fn run(store: Store, jobs: Arc<Jobs>, ready: Arc<Notify>) {
    let mut tick = interval(Duration::from_millis(200));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for round in 0_u64.. {
        tick.tick().await;
        match once(&store, &jobs, round).await {
            Ok(true) => ready.notify_one(),
            Ok(false) => {}
            Err(error) => {
                tracing::warn!("the queue's rounds: {:#}", error.into_anyhow());
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// One round. Says whether something became ready.
async fn once(store: &Store, jobs: &Jobs, round: u64) -> Result<bool> {
    let mut woken = 0;
    if is_due(store).await? {
        let tx = store.catalog().begin().await?;
        woken = queue::promote(&tx).await?;
        tx.commit().await?;
    }
    if round.is_multiple_of(5) {
        woken += schedule::tick(store, jobs.schedules()).await?;
    }
    if round.is_multiple_of(25) {
        take_back(store).await?;
    }
    Ok(woken > 0)
}

/// A look costs nobody a lock.
async fn is_due(store: &Store) -> Result<bool> {
    let catalog = store.catalog();
    let found: Option<Uuid> = catalog
        .find::<Entity>()
        .select_only()
        .column(Column::Id)
        .filter(Column::State.eq(State::Waiting))
        .filter(Column::DueAt.lte(core_base::clock::now()))
        .limit(1)
        .into_tuple()
        .one(catalog)
        .await?;
    Ok(found.is_some())
}

/// Jobs whose workers died go back to the queue; the attempt counts.
async fn take_back(store: &Store) -> Result<()> {
    let tx = store.catalog().begin().await?;
    for job in queue::abandoned(&tx).await? {
        let dead = job.attempts >= MAX_LOST_ATTEMPTS;
        tracing::warn!(job = %job.id, name = job.name, dead, "its worker died");
        let state = match (job.cancelled, dead) {
            (true, _) => State::Cancelled,
            (_, true) => State::Dead,
            _ => State::Waiting,
        };
        let its = || {
            Entity::update_many()
                .filter(Column::Id.eq(job.id))
                .filter(Column::Worker.eq(job.worker))
                .filter(Column::State.eq(State::Running))
                .col_expr(Column::Worker, Expr::value(None::<Uuid>))
        };
        let back = its()
            .col_expr(Column::State, Expr::value(state))
            .col_expr(Column::DueAt, Expr::value(core_base::clock::now()))
            .col_expr(Column::Error, Expr::value("its worker died"));
        queue::put_back(&tx, back, its()).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Puts off the end of a worker's leases and tells which of its jobs somebody cancelled.
pub(crate) async fn watch(store: &Store, worker: Uuid) -> Result<Vec<Uuid>> {
    let tx = store.catalog().begin().await?;
    queue::renew(&tx, worker).await?;
    let cancelled = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::State.eq(State::Running))
        .filter(Column::Worker.eq(worker))
        .filter(Column::Cancelled.eq(true))
        .into_tuple()
        .all(&tx)
        .await?;
    tx.commit().await?;
    Ok(cancelled)
}
