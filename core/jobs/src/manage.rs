//! Looking at the queue and stepping in: for pages that show progress, the console, the command line.

use chrono::{DateTime, Utc};
use core_base::{Result, clock};
use core_db::CatalogDb;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    entity::job::{Column, Entity, Model, State},
    queue,
};

/// A job as the queue has it.
pub type Entry = Model;

/// How many there are.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Counts {
    /// In this state.
    pub state: State,
    /// So many.
    pub count: i64,
}

/// Jobs by state.
pub async fn counts(catalog: &CatalogDb) -> Result<Vec<Counts>> {
    let query = catalog.find::<Entity>().select_only().column(Column::State);
    let query = query.column_as(Column::Id.count(), "count").group_by(Column::State);
    Ok(query.into_model().all(catalog).await?)
}

/// The latest jobs in a state, at most `limit`.
pub async fn list(catalog: &CatalogDb, state: State, limit: u64) -> Result<Vec<Entry>> {
    let query = catalog.find::<Entity>().filter(Column::State.eq(state));
    Ok(query.order_by_desc(Column::Id).limit(limit).all(catalog).await?)
}

/// One job; `None` when it left the queue some time ago.
pub async fn look(catalog: &CatalogDb, id: Uuid) -> Result<Option<Entry>> {
    Ok(catalog.find::<Entity>().filter(Column::Id.eq(id)).one(catalog).await?)
}

/// Gives a dead job all its attempts again; where another with its key waits, that one is enough.
/// `false`: it is not dead.
pub async fn retry(catalog: &CatalogDb, id: Uuid) -> Result<bool> {
    let tx = catalog.begin().await?;
    let dead = || {
        let dead = Entity::update_many().filter(Column::Id.eq(id));
        dead.filter(Column::State.eq(State::Dead))
    };
    let there = Entity::find_by_id(id).filter(Column::State.eq(State::Dead)).one(&tx).await?;
    let back = dead()
        .col_expr(Column::State, Expr::value(State::Waiting))
        .col_expr(Column::DueAt, Expr::value(clock::now()))
        .col_expr(Column::Attempts, Expr::value(0))
        .col_expr(Column::HeldSince, Expr::value(None::<DateTime<Utc>>));
    queue::put_back(&tx, back, dead()).await?;
    tx.commit().await?;
    Ok(there.is_some())
}

/// Throws a dead job away. `false`: it is not dead.
pub async fn discard(catalog: &CatalogDb, id: Uuid) -> Result<bool> {
    let delete = catalog.delete_many::<Entity>().filter(Column::Id.eq(id));
    let done = delete.filter(Column::State.eq(State::Dead)).exec(catalog).await?;
    Ok(done.rows_affected > 0)
}

/// Stops a job: one that waits never runs; one that runs is dropped within a second or two, and
/// what its transaction did is undone. `false`: it was over already.
pub async fn cancel(catalog: &CatalogDb, id: Uuid) -> Result<bool> {
    let tx = catalog.begin().await?;
    let waiting = Entity::update_many()
        .filter(Column::Id.eq(id))
        .filter(Column::State.is_in([State::Ready, State::Waiting]))
        .col_expr(Column::State, Expr::value(State::Cancelled))
        .col_expr(Column::DueAt, Expr::value(clock::now()))
        .exec(&tx)
        .await?;
    let running = Entity::update_many()
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(State::Running))
        .col_expr(Column::Cancelled, Expr::value(true))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    Ok(waiting.rows_affected + running.rows_affected > 0)
}
