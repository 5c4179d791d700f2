//! What an operator's monitoring reads of the queue: what is in it, and what became of attempts.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use core_base::{Result, clock};
use core_db::CatalogDb;
use sea_orm::{
    ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Statement,
};

use crate::{
    entity::job::{self, Column, Entity, State},
    queue::Outcome,
};

/// What became of the attempts at one kind of job.
#[derive(Debug, Default)]
pub struct Tally([AtomicU64; OUTCOMES.len()]);

const OUTCOMES: [&str; 5] = ["done", "cancelled", "postponed", "failed", "dead"];

impl Tally {
    pub(crate) fn add(&self, outcome: &Outcome) {
        let place = match outcome {
            Outcome::Done => 0,
            Outcome::Cancelled | Outcome::Gone => 1,
            Outcome::Postponed(..) | Outcome::Held(_) => 2,
            Outcome::Failed(..) => 3,
            Outcome::Dead(_) => 4,
        };
        self.0[place].fetch_add(1, Ordering::Relaxed);
    }

    /// How many ended in which way.
    pub fn each(&self) -> impl Iterator<Item = (&'static str, u64)> {
        OUTCOMES.into_iter().zip(self.0.iter().map(|count| count.load(Ordering::Relaxed)))
    }
}

/// How many jobs of one kind are in one state.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Backlog {
    /// The kind.
    pub name: String,
    /// In this state.
    pub state: State,
    /// So many.
    pub count: i64,
}

/// What is in the queue and not over: one look at the index of the ready, one at the others'.
pub async fn backlog(catalog: &CatalogDb) -> Result<Vec<Backlog>> {
    let sql = "SELECT name, state, count(*) AS count FROM \"catalog\".jobs
             WHERE state = 'ready' GROUP BY name, state
         UNION ALL SELECT name, state, count(*) AS count FROM \"catalog\".jobs
             WHERE state <> 'ready' AND state IN ('waiting', 'running', 'dead')
             GROUP BY name, state";
    let query = Statement::from_string(catalog.get_database_backend(), sql);
    let rows = catalog.query_all_raw(query).await?;
    let rows = rows.iter().map(|row| Backlog::from_query_result(row, ""));
    Ok(rows.collect::<Result<_, _>>()?)
}

/// For how long a job has been ready without being begun; `None`: none is.
pub async fn ready_since(catalog: &CatalogDb) -> Result<Option<Duration>> {
    let ready = Entity::find().filter(job::is_ready());
    let oldest = ready.order_by_asc(Column::DueAt).limit(1).one(catalog).await?;
    let since = oldest.map(|job| clock::now() - job.due_at);
    Ok(since.map(|since| since.to_std().unwrap_or_default()))
}
