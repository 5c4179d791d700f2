//! The queue: jobs taken in, leased, finished and woken, each in the caller's transaction.

use chrono::{DateTime, TimeDelta, Utc};
use core_base::{Result, TenantId, clock};
use core_db::{CatalogTx, OnUnique};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect, Statement, UpdateMany,
    sea_query::{Expr, ExprTrait, OnConflict, SimpleExpr},
};
use uuid::Uuid;

use crate::{
    Job,
    entity::job::{self, Column, Entity, State},
    fair_order::FairOrder,
};

/// A job that is not renewed for so long belongs to a worker that died.
pub(crate) const LEASE: TimeDelta = TimeDelta::seconds(60);
/// What is over is kept for so long, against late repetitions.
const RETENTION: TimeDelta = TimeDelta::minutes(10);
/// Rows in one statement: far below what either store allows.
pub(crate) const CHUNK: usize = 200;
/// Of jobs with the same key one waits.
const UNIQUE: &str = "jobs_unique_key_key";

/// A job about to enter the queue.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Chosen by whoever leaves it.
    pub(crate) id: Uuid,
    /// Whose it is.
    pub(crate) tenant: Option<TenantId>,
    pub(crate) name: String,
    pub(crate) payload: String,
    pub(crate) priority: i32,
    pub(crate) key: Option<String>,
    pub(crate) due_at: DateTime<Utc>,
}

impl NewJob {
    pub(crate) fn of<J: Job>(
        job: &J,
        tenant: Option<TenantId>,
        due_at: DateTime<Utc>,
    ) -> Result<Self> {
        Ok(Self {
            id: Uuid::now_v7(),
            tenant,
            name: J::NAME.to_owned(),
            payload: serde_json::to_string(job)?,
            priority: J::PRIORITY as i32,
            key: job.key(),
            due_at,
        })
    }
}

/// Takes jobs in. Those that are there already, by id or by key, are left out.
pub(crate) async fn insert(tx: &CatalogTx, jobs: Vec<NewJob>) -> Result<(), DbErr> {
    let now = clock::now();
    let tenants = jobs.iter().filter(|new| new.due_at <= now);
    let tenants = tenants.map(|new| new.tenant);
    let mut turns = FairOrder::load(tx, tenants).await?;
    let mut rows = Vec::with_capacity(jobs.len());
    for new in jobs {
        let tenant = new.tenant;
        let ready = new.due_at <= now;
        let turn = if ready { turns.next(tenant) } else { 0 };
        // Two tenants may use the same words for a key.
        let key = new.key.map(|key| match tenant {
            Some(tenant) => format!("{}/{key}", tenant.0.simple()),
            None => key,
        });
        rows.push(job::ActiveModel {
            id: Set(new.id),
            tenant_id: Set(tenant),
            name: Set(new.name),
            payload: Set(new.payload),
            unique_key: Set(key),
            priority: Set(new.priority),
            turn: Set(turn),
            state: Set(if ready { State::Ready } else { State::Waiting }),
            due_at: Set(new.due_at),
            attempts: Set(0),
            worker: Set(None),
            cancelled: Set(false),
            progress: Set(String::new()),
            error: Set(String::new()),
            held_since: Set(None),
            created_at: Set(now),
        });
    }
    for chunk in rows.chunks(CHUNK) {
        Entity::insert_many(chunk.to_vec())
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Leases up to `count` ready jobs to a worker, in the order of their turns.
pub(crate) async fn claim(
    tx: &CatalogTx,
    worker: Uuid,
    count: usize,
) -> Result<Vec<job::Model>, DbErr> {
    let backend = tx.get_database_backend();
    let lock = if backend == DbBackend::Postgres { "FOR UPDATE SKIP LOCKED" } else { "" };
    let sql = format!(
        "UPDATE \"catalog\".jobs SET state = 'running', due_at = $1, worker = $2,
             attempts = attempts + 1
         WHERE id IN (SELECT id FROM \"catalog\".jobs WHERE state = 'ready'
             ORDER BY priority, turn LIMIT $3 {lock})
         RETURNING *"
    );
    let values = [(clock::now() + LEASE).into(), worker.into(), (count as i64).into()];
    let rows = tx.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    let rows = rows.iter().map(|row| job::Model::from_query_result(row, ""));
    let mut jobs = rows.collect::<Result<Vec<_>, _>>()?;
    jobs.sort_by_key(|job| (job.priority, job.turn));
    Ok(jobs)
}

/// What became of a job.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// It succeeded.
    Done,
    /// Its tenant is gone: nothing of it may stay.
    Gone,
    /// Somebody stopped it.
    Cancelled,
    /// Not now, and through no fault of its own: the attempt does not count.
    Postponed(TimeDelta, String),
    /// Not before something changes that is not in its own hands; the attempt does not count.
    Held(Held),
    /// It failed and is tried again after this time.
    Failed(TimeDelta, String),
    /// It failed for good.
    Dead(String),
}

/// Why a job is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// Its workspace is shut.
    TenantInactive,
    /// Its workspace could not be migrated.
    Quarantined,
    /// This process does not know such jobs.
    Unknown,
}

impl Held {
    /// What stands as the job's error.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::TenantInactive => "shut",
            Self::Quarantined => "quarantined",
            Self::Unknown => "unknown job",
        }
    }

    /// Until it is looked at again. Whoever opens a workspace makes its jobs due at once; where that
    /// came just before this is written, the job is not put off.
    async fn wait(self, tx: &CatalogTx, job: Uuid) -> Result<TimeDelta, DbErr> {
        let backend = tx.get_database_backend();
        let lock = if backend == DbBackend::Postgres { "FOR SHARE OF t" } else { "" };
        let sql = format!(
            "SELECT t.id AS id FROM \"catalog\".jobs j
             JOIN \"catalog\".tenants t ON t.id = j.tenant_id
             WHERE j.id = $1 AND t.status = 'active' AND t.quarantine = '' {lock}"
        );
        let open = Statement::from_sql_and_values(backend, sql, [job.into()]);
        Ok(match self {
            Self::Unknown => TimeDelta::seconds(30),
            _ if tx.query_one_raw(open).await?.is_some() => TimeDelta::seconds(1),
            _ => TimeDelta::minutes(10),
        })
    }
}

/// Writes down what became of jobs that this worker still holds.
pub(crate) async fn finish(
    tx: &CatalogTx,
    worker: Uuid,
    outcomes: &[(Uuid, Outcome)],
) -> Result<(), DbErr> {
    let now = clock::now();
    let held = |ids: Vec<Uuid>| {
        Entity::update_many()
            .filter(Column::Id.is_in(ids))
            .filter(Column::Worker.eq(worker))
            .filter(Column::State.eq(State::Running))
            .col_expr(Column::Worker, Expr::value(None::<Uuid>))
    };
    let done = outcomes.iter().filter(|(_, outcome)| matches!(outcome, Outcome::Done));
    let done: Vec<Uuid> = done.map(|(id, _)| *id).collect();
    for chunk in done.chunks(CHUNK) {
        let update = held(chunk.to_vec()).col_expr(Column::State, Expr::value(State::Done));
        update.col_expr(Column::DueAt, Expr::value(now)).exec(tx).await?;
    }
    for (id, outcome) in outcomes {
        let (state, due, error) = match outcome {
            Outcome::Done => continue,
            Outcome::Gone => {
                let mine = Entity::delete_many().filter(Column::Id.eq(*id));
                mine.filter(Column::Worker.eq(worker)).exec(tx).await?;
                continue;
            }
            Outcome::Cancelled => (State::Cancelled, now, ""),
            Outcome::Postponed(wait, why) | Outcome::Failed(wait, why) => {
                (State::Waiting, now + *wait, why.as_str())
            }
            Outcome::Held(why) => (State::Waiting, now + why.wait(tx, *id).await?, why.as_str()),
            Outcome::Dead(why) => (State::Dead, now, why.as_str()),
        };
        let mut update = held(vec![*id])
            .col_expr(Column::State, Expr::value(state))
            .col_expr(Column::DueAt, Expr::value(due))
            .col_expr(Column::Error, Expr::value(error))
            .col_expr(Column::HeldSince, held_since(outcome));
        if matches!(outcome, Outcome::Postponed(..) | Outcome::Held(_)) {
            update = update.col_expr(Column::Attempts, Expr::col(Column::Attempts).sub(1));
        }
        if state == State::Waiting {
            put_back(tx, update, held(vec![*id])).await?;
        } else {
            update.exec(tx).await?;
        }
    }
    Ok(())
}

/// Since when it is held for this reason; nothing, where it is not.
fn held_since(outcome: &Outcome) -> SimpleExpr {
    let Outcome::Held(why) = outcome else { return Expr::value(None::<DateTime<Utc>>) };
    let still = Expr::col(Column::Error).eq(why.as_str());
    let still = still.and(Expr::col(Column::HeldSince).is_not_null());
    let since = Expr::case(still, Expr::col(Column::HeldSince));
    since.finally(Expr::value(clock::now())).into()
}

/// Does `back`, which lets a job wait once more under its key. Where another with that key waits by
/// now, that one is enough, and the job is over: `over` is an update of the same row.
pub(crate) async fn put_back(
    tx: &CatalogTx,
    back: UpdateMany<Entity>,
    over: UpdateMany<Entity>,
) -> Result<(), DbErr> {
    if back.exec(tx).on_unique(tx, UNIQUE, || ()).await?.is_err() {
        over.col_expr(Column::State, Expr::value(State::Cancelled))
            .col_expr(Column::DueAt, Expr::value(clock::now()))
            .col_expr(Column::Error, Expr::value("another with its key waits"))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Makes ready what has waited long enough; says when the next is due.
pub(crate) async fn promote(tx: &CatalogTx) -> Result<usize, DbErr> {
    let mut query = Entity::find()
        .select_only()
        .columns([Column::Id, Column::TenantId])
        .filter(Column::State.eq(State::Waiting))
        .filter(Column::DueAt.lte(clock::now()))
        .order_by_asc(Column::DueAt)
        .limit(500);
    if tx.get_database_backend() == DbBackend::Postgres {
        query = query.lock_with_behavior(
            sea_orm::sea_query::LockType::Update,
            sea_orm::sea_query::LockBehavior::SkipLocked,
        );
    }
    let due: Vec<(Uuid, Option<TenantId>)> = query.into_tuple().all(tx).await?;
    let mut turns = FairOrder::load(tx, due.iter().map(|(_, tenant)| *tenant)).await?;
    for chunk in due.chunks(CHUNK) {
        let places = (0..chunk.len()).map(|at| format!("(${}, ${})", 2 * at + 1, 2 * at + 2));
        let sql = format!(
            "UPDATE \"catalog\".jobs AS j SET state = 'ready', turn = v.column2
             FROM (VALUES {}) AS v WHERE j.id = v.column1",
            places.collect::<Vec<_>>().join(", ")
        );
        let values = chunk
            .iter()
            .flat_map(|(id, tenant)| [sea_orm::Value::from(*id), turns.next(*tenant).into()]);
        let update = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
        tx.execute_raw(update).await?;
    }
    Ok(due.len())
}

/// Puts off the end of a worker's leases.
pub(crate) async fn renew(tx: &CatalogTx, worker: Uuid) -> Result<(), DbErr> {
    Entity::update_many()
        .filter(Column::State.eq(State::Running))
        .filter(Column::Worker.eq(worker))
        .col_expr(Column::DueAt, Expr::value(clock::now() + LEASE))
        .exec(tx)
        .await?;
    Ok(())
}

/// Jobs whose workers died, taken from them. A lease that ends too late to be one was given before the
/// clock was put back: whoever lives has renewed theirs since.
pub(crate) async fn abandoned(tx: &CatalogTx) -> Result<Vec<job::Model>, DbErr> {
    let now = clock::now();
    let no_lease = Column::DueAt.lt(now).or(Column::DueAt.gt(now + LEASE * 2));
    Entity::find()
        .filter(Column::State.eq(State::Running))
        .filter(no_lease)
        .limit(500)
        .all(tx)
        .await
}

/// Deletes what left the queue long enough ago: the outboxes cannot bring it again.
pub(crate) async fn prune(tx: &CatalogTx) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::State.is_in([State::Done, State::Cancelled]))
        .filter(Column::DueAt.lt(clock::now() - RETENTION))
        .exec(tx)
        .await?;
    Ok(())
}
