//! Rate limits, counted in the catalogue: a restart or a second process forgets nothing.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use core_base::{Result, Verdict, clock};
use core_db::{CatalogDb, CatalogTx};
use sea_orm::{
    ColumnTrait, ConnectionTrait, FromQueryResult, QueryFilter, Statement, Value,
    sea_query::{self, Expr},
};

use crate::entity::rate_limit::{Column, Entity};

/// Clocks of several servers differ by less: a window from later than that began before the clock
/// was put back.
const SKEW: TimeDelta = TimeDelta::minutes(5);

/// At most `count` events within a window of so many seconds, for each subject.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    /// What is counted.
    pub name: &'static str,
    /// How many are allowed in a window.
    pub count: i32,
    /// The window's length, from the first attempt in it.
    pub window: TimeDelta,
}

impl RateLimit {
    /// `count` in `seconds`.
    pub const fn new(name: &'static str, count: i32, seconds: i64) -> Self {
        Self { name, count, window: TimeDelta::seconds(seconds) }
    }
}

/// A limit that is used up. Printed it says when to come back: “Try again in 5 minutes.”
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitExceeded {
    wait: TimeDelta,
}

impl LimitExceeded {
    /// The seconds for a `Retry-After`.
    pub fn seconds(self) -> i64 {
        self.wait.num_seconds().max(1)
    }
}

impl fmt::Display for LimitExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = (self.seconds() + 59) / 60;
        let (many, unit) = if minutes < 120 { (minutes, "minute") } else { (minutes / 60, "hour") };
        write!(f, "Try again in {many} {unit}{}.", if many == 1 { "" } else { "s" })
    }
}

/// Counts attempts. What is switched off (`RATE_LIMITS=off`) allows everything.
#[derive(Clone)]
pub struct RateLimiter {
    catalog: CatalogDb,
    is_on: bool,
}

impl RateLimiter {
    /// Counts in `catalog`, unless limits are off.
    pub fn new(catalog: CatalogDb, is_on: bool) -> Self {
        Self { catalog, is_on }
    }

    /// A transaction for what is counted together with a change.
    pub async fn begin(&self) -> Result<CatalogTx> {
        Ok(self.catalog.begin().await?)
    }

    /// Counts one more, unless the limit is used up. Counting and asking are one statement, so of a
    /// hundred at once only as many as are allowed get through: count first, and then look.
    pub async fn allow(&self, limit: RateLimit, subject: &str) -> Verdict<(), LimitExceeded> {
        self.allow_all(&[(limit, subject)]).await
    }

    /// Counts one more for each of several limits, or for none of them where one is used up. Name
    /// them in the same order everywhere: rows are locked in it.
    pub async fn allow_all(&self, all: &[(RateLimit, &str)]) -> Verdict<(), LimitExceeded> {
        if !self.is_on {
            return Ok(Ok(()));
        }
        let tx = self.catalog.begin().await?;
        for (limit, subject) in all {
            if let Err(spent) = self.allow_in(&tx, *limit, subject, 1).await? {
                return Ok(Err(spent));
            }
        }
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// Counts `many` more as a part of what the caller changes: what is undone was not counted.
    pub async fn allow_in(
        &self,
        tx: &CatalogTx,
        limit: RateLimit,
        subject: &str,
        many: i32,
    ) -> Verdict<(), LimitExceeded> {
        if !self.is_on {
            return Ok(Ok(()));
        }
        let counted = count(tx, limit, subject, many).await?;
        let is_allowed = counted.count <= limit.count;
        let wait = counted.began_at + limit.window - clock::now();
        Ok(if is_allowed { Ok(()) } else { Err(LimitExceeded { wait }) })
    }

    /// Takes back one that was counted, since it succeeded.
    pub async fn give_back(&self, limit: RateLimit, subject: &str) -> Result<()> {
        if self.is_on {
            let update = self.catalog.update_many::<Entity>();
            let update = update.filter(Column::Key.eq(key(limit, subject)));
            let update = update.filter(Column::Count.gt(0));
            let less = sea_query::ExprTrait::sub(Expr::col(Column::Count), 1);
            update.col_expr(Column::Count, less).exec(&self.catalog).await?;
        }
        Ok(())
    }

    /// Forgets what was counted, after a success.
    pub async fn forgive(&self, limit: RateLimit, subject: &str) -> Result<()> {
        if self.is_on {
            let delete = self.catalog.delete_many::<Entity>();
            delete.filter(Column::Key.eq(key(limit, subject))).exec(&self.catalog).await?;
        }
        Ok(())
    }
}

#[derive(FromQueryResult)]
struct Counted {
    count: i32,
    began_at: DateTime<Utc>,
}

/// One statement: a window that is over begins anew.
async fn count(tx: &CatalogTx, limit: RateLimit, subject: &str, many: i32) -> Result<Counted> {
    let over = "rate_limits.began_at <= $4 OR rate_limits.began_at > $5";
    let sql = format!(
        "INSERT INTO \"catalog\".\"rate_limits\" (key, began_at, count) VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE SET
             count = CASE WHEN {over} THEN $3 ELSE rate_limits.count + $3 END,
             began_at = CASE WHEN {over} THEN $2 ELSE rate_limits.began_at END
         RETURNING count, began_at"
    );
    let now = clock::now();
    let values: [Value; 5] = [
        key(limit, subject).into(),
        now.into(),
        many.into(),
        (now - limit.window).into(),
        (now + SKEW).into(),
    ];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    let row = tx.query_one_raw(statement).await?;
    let row = row.ok_or_else(|| anyhow::anyhow!("a counted attempt gave no count"))?;
    Ok(Counted::from_query_result(&row, "")?)
}

fn key(limit: RateLimit, subject: &str) -> String {
    format!("{}:{subject}", limit.name)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::LimitExceeded;

    #[test]
    fn a_spent_limit_says_when_to_come_back() {
        for (seconds, words) in [
            (0, "Try again in 1 minute."),
            (61, "Try again in 2 minutes."),
            (300, "Try again in 5 minutes."),
            (24 * 3600, "Try again in 24 hours."),
        ] {
            let spent = LimitExceeded { wait: TimeDelta::seconds(seconds) };
            assert_eq!(spent.to_string(), words);
        }
    }
}
