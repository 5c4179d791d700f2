//! Counted attempts, kept in the catalogue: a restart or a second process forgets nothing.

use chrono::TimeDelta;
use core_base::{Result, clock};
use core_db::{CatalogDb, CatalogTx};
use sea_orm::{ColumnTrait, ConnectionTrait, FromQueryResult, QueryFilter, Statement, Value};

use crate::entity::attempt;

/// So many in so long.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// What is counted.
    pub name: &'static str,
    /// How many are allowed in a window.
    pub count: i32,
    /// The window's length.
    pub window: TimeDelta,
}

impl Limit {
    /// `count` in `seconds`.
    pub const fn new(name: &'static str, count: i32, seconds: i64) -> Self {
        Self { name, count, window: TimeDelta::seconds(seconds) }
    }
}

/// Counts attempts in fixed windows.
#[derive(Clone)]
pub struct Attempts(CatalogDb);

impl Attempts {
    /// Counts in `catalog`.
    pub fn new(catalog: CatalogDb) -> Self {
        Self(catalog)
    }

    /// Counts one more and says whether it is still allowed. Counting and asking are one
    /// statement: of a hundred at once only as many as are allowed get through.
    pub async fn allow(&self, limit: Limit, subject: &str) -> Result<bool> {
        count(&self.0, limit, subject).await
    }

    /// The same in the transaction of what is allowed: what was undone was no attempt.
    pub async fn allow_in(tx: &CatalogTx, limit: Limit, subject: &str) -> Result<bool> {
        count(tx, limit, subject).await
    }

    /// Has this window's number been used up? Counts nothing.
    pub async fn is_spent(&self, limit: Limit, subject: &str) -> Result<bool> {
        let row = self
            .0
            .find::<attempt::Entity>()
            .filter(attempt::Column::Key.eq(key(limit, subject)))
            .filter(attempt::Column::WindowStart.eq(window(limit)))
            .one(&self.0)
            .await?;
        Ok(row.is_some_and(|row| row.count >= limit.count))
    }

    /// Forgets what was counted, after a success.
    pub async fn forgive(&self, limit: Limit, subject: &str) -> Result<()> {
        let delete = self.0.delete_many::<attempt::Entity>();
        delete.filter(attempt::Column::Key.eq(key(limit, subject))).exec(&self.0).await?;
        Ok(())
    }

    /// Deletes windows that ended a day ago.
    pub async fn prune(&self) -> Result<()> {
        let old = clock::now() - TimeDelta::days(1);
        let delete = self.0.delete_many::<attempt::Entity>();
        delete.filter(attempt::Column::WindowStart.lt(old)).exec(&self.0).await?;
        Ok(())
    }
}

async fn count(on: &impl ConnectionTrait, limit: Limit, subject: &str) -> Result<bool> {
    #[derive(FromQueryResult)]
    struct Counted {
        count: i32,
    }
    let sql = "INSERT INTO \"catalog\".\"attempts\" (key, window_start, count) VALUES ($1, $2, 1)
               ON CONFLICT (key, window_start) DO UPDATE SET count = attempts.count + 1
               RETURNING count";
    let values: [Value; 2] = [key(limit, subject).into(), window(limit).into()];
    let statement = Statement::from_sql_and_values(on.get_database_backend(), sql, values);
    let row = on.query_one_raw(statement).await?;
    let counted = row.map(|row| Counted::from_query_result(&row, "")).transpose()?;
    Ok(counted.is_none_or(|counted| counted.count <= limit.count))
}

fn key(limit: Limit, subject: &str) -> String {
    format!("{}:{subject}", limit.name)
}

fn window(limit: Limit) -> chrono::DateTime<chrono::Utc> {
    let seconds = limit.window.num_seconds().max(1);
    let now = clock::now().timestamp();
    chrono::DateTime::from_timestamp(now - now.rem_euclid(seconds), 0).unwrap_or_default()
}
