//! One open transaction on either store.

use std::{borrow::Cow, time::Duration};

use futures_util::{Stream, TryStreamExt};
use sea_orm::{DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Either, Executor, PgConnection, Row, sqlite::SqliteRow};

use crate::{
    interrupt::InterruptibleConnection,
    pool::Lease,
    query_log::{Timed, timed},
    statement::{Target, prepare, refused},
};

const ENDS: [&str; 2] = ["COMMIT", "ROLLBACK"];

/// How a transaction on a SQLite file is to begin and end.
pub(crate) struct TxStatements {
    /// What is still to be said before the first query.
    pub(crate) opening: &'static str,
    /// How it is kept, and how undone.
    pub(crate) ends: Option<[&'static str; 2]>,
}

/// The connection a transaction is open on.
pub(crate) enum Body {
    Postgres(Lease<PgConnection>),
    Sqlite(Lease<InterruptibleConnection>),
}

impl Body {
    /// Sends text of our own making, of one or more statements.
    pub(crate) async fn simple(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            Self::Postgres(lease) => (&mut **lease).execute(sql).await.map(drop),
            Self::Sqlite(lease) => (&mut ***lease).execute(sql).await.map(drop),
        }
    }

    /// Sends text of our own making, and gives the first column of all rows as text.
    pub(crate) async fn texts(&mut self, sql: &str) -> Result<Vec<String>, sqlx::Error> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            Self::Postgres(lease) => {
                let rows = (&mut **lease).fetch_all(sql).await?;
                rows.iter().map(|row| row.try_get(0)).collect()
            }
            Self::Sqlite(lease) => {
                let rows = (&mut ***lease).fetch_all(sql).await?;
                rows.iter().map(|row| row.try_get(0)).collect()
            }
        }
    }
}

/// An open transaction. Dropped without `commit` it is undone.
pub(crate) struct Tx {
    body: Body,
    target: Target,
    /// Named statements are kept by the connection, unless a pooler stands between.
    named: bool,
    /// Statements sent so far.
    pub(crate) queries: u32,
    /// A statement failed: PostgreSQL will undo everything, and answer COMMIT without an error.
    failed: bool,
    /// Goes before the next query: a word to SQLite's thread costs more than what it says.
    opening: Cow<'static, str>,
    /// How it is kept, and how undone; none: it is a single query, which needs no end.
    ends: Option<[&'static str; 2]>,
    /// On SQLite, how long one statement may take; PostgreSQL's logins know it themselves.
    time: Option<Duration>,
    /// Savepoints set so far; each has a name of its own.
    marks: u32,
    /// Lets the last savepoint go, together with setting the next one.
    release: String,
}

/// A place in a transaction to which it can go back.
#[derive(Debug)]
pub struct Savepoint {
    number: u32,
    /// A statement had failed before.
    failed: bool,
    /// Entries of the audit trail that were pending before.
    pub(crate) pending_entries: usize,
}

impl Tx {
    pub(crate) fn new(body: Body, target: Target, named: bool) -> Self {
        Self {
            body,
            target,
            named,
            queries: 0,
            failed: false,
            opening: "".into(),
            ends: Some(ENDS),
            time: None,
            marks: 0,
            release: String::new(),
        }
    }

    /// A query on PostgreSQL that is sent alone: neither begun nor committed.
    pub(crate) fn single(body: Body, target: Target) -> Self {
        Self { ends: None, ..Self::new(body, target, true) }
    }

    /// Is it a query that needs no end?
    pub(crate) fn is_single(&self) -> bool {
        self.ends.is_none()
    }

    /// On SQLite: what is still to be said before the first query, and how it ends.
    pub(crate) fn sqlite(lease: Lease<InterruptibleConnection>, manner: TxStatements) -> Self {
        let TxStatements { opening, ends } = manner;
        Self {
            opening: opening.into(),
            ends,
            ..Self::new(Body::Sqlite(lease), Target::file(), true)
        }
    }

    /// Statements that take longer are stopped.
    pub(crate) fn in_time(self, time: impl Into<Option<Duration>>) -> Self {
        Self { time: time.into(), ..self }
    }

    /// The connection, with the transaction still open on it.
    pub(crate) fn into_body(self) -> Body {
        self.body
    }

    pub(crate) fn backend(&self) -> DbBackend {
        match self.body {
            Body::Postgres(_) => DbBackend::Postgres,
            Body::Sqlite(_) => DbBackend::Sqlite,
        }
    }

    pub(crate) async fn execute(&mut self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.open().await?;
        let (sql, values, _timed) = self.prepare(statement)?;
        let done = match &mut self.body {
            Body::Postgres(lease) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), values).persistent(self.named);
                (&mut **lease).execute(query).await.map(Into::into)
            }
            Body::Sqlite(lease) => {
                let (brake, query) = (lease.brake(), sqlx::query_with(AssertSqlSafe(sql), values));
                brake.limit(self.time, (&mut ***lease).execute(query)).await.map(Into::into)
            }
        };
        self.failed |= done.is_err();
        done.map_err(exec_error)
    }

    /// Says what opens the transaction apart from the write behind it: in one text, SQLite would count the
    /// rows of the write before once more.
    async fn open(&mut self) -> Result<(), DbErr> {
        let opening = std::mem::take(&mut self.opening);
        if opening.is_empty() {
            return Ok(());
        }
        let opened = self.body.simple(&opening).await;
        self.failed |= opened.is_err();
        opened.map_err(exec_error)
    }

    /// A write that gives rows back: how many it touched, and the rows.
    pub(crate) async fn execute_returning(
        &mut self,
        statement: Statement,
    ) -> Result<(ExecResult, Vec<QueryResult>), DbErr> {
        self.open().await?;
        let (sql, values, _timed) = self.prepare(statement)?;
        let done = match &mut self.body {
            Body::Postgres(lease) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), values).persistent(self.named);
                both((&mut **lease).fetch_many(query)).await
            }
            Body::Sqlite(lease) => {
                let (brake, query) = (lease.brake(), sqlx::query_with(AssertSqlSafe(sql), values));
                brake.limit(self.time, both((&mut ***lease).fetch_many(query))).await
            }
        };
        self.failed |= done.is_err();
        done.map_err(exec_error)
    }

    pub(crate) async fn query_one(
        &mut self,
        statement: Statement,
    ) -> Result<Option<QueryResult>, DbErr> {
        let (sql, values, _timed) = self.prepare(statement)?;
        let row = match &mut self.body {
            Body::Postgres(lease) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), values).persistent(self.named);
                (&mut **lease).fetch_optional(query).await.map(|row| row.map(Into::into))
            }
            Body::Sqlite(lease) => {
                let (brake, query) = (lease.brake(), sqlx::query_with(AssertSqlSafe(sql), values));
                let row = brake.limit(self.time, (&mut ***lease).fetch_optional(query)).await;
                row.map(|row| row.map(Into::into))
            }
        };
        self.failed |= row.is_err();
        row.map_err(query_error)
    }

    pub(crate) async fn query_all(
        &mut self,
        statement: Statement,
    ) -> Result<Vec<QueryResult>, DbErr> {
        let (sql, values, _timed) = self.prepare(statement)?;
        let rows = match &mut self.body {
            Body::Postgres(lease) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), values).persistent(self.named);
                let rows = (&mut **lease).fetch_all(query).await;
                rows.map(|rows| rows.into_iter().map(Into::into).collect())
            }
            Body::Sqlite(lease) => {
                let (brake, query) = (lease.brake(), sqlx::query_with(AssertSqlSafe(sql), values));
                brake.limit(self.time, collect((&mut ***lease).fetch(query))).await
            }
        };
        self.failed |= rows.is_err();
        rows.map_err(query_error)
    }

    fn prepare(&mut self, statement: Statement) -> Result<(String, SqlxValues, Timed), DbErr> {
        let (sql, values) = prepare(statement, &self.target)?;
        self.queries += 1;
        let opening = std::mem::take(&mut self.opening);
        let timed = timed(&sql);
        let sql = if opening.is_empty() { sql } else { format!("{opening}; {sql}") };
        Ok((sql, values, timed))
    }

    /// Sets a savepoint. On PostgreSQL that is a round trip; on SQLite it goes with the next query.
    pub(crate) async fn savepoint(&mut self) -> Result<Savepoint, DbErr> {
        self.marks += 1;
        let savepoint = Savepoint { number: self.marks, failed: self.failed, pending_entries: 0 };
        let sql = format!("{}SAVEPOINT s{}", std::mem::take(&mut self.release), savepoint.number);
        match self.body {
            Body::Sqlite(_) if self.opening.is_empty() => self.opening = sql.into(),
            Body::Sqlite(_) => self.opening = format!("{}; {sql}", self.opening).into(),
            Body::Postgres(_) => self.say(&sql).await?,
        }
        Ok(savepoint)
    }

    /// What was done since the savepoint stays. It is let go when the next one is set.
    pub(crate) fn release(&mut self, savepoint: &Savepoint) {
        self.release = format!("RELEASE SAVEPOINT s{}; ", savepoint.number);
    }

    /// Takes back what was done since the savepoint, and the failure with it: the transaction goes on.
    pub(crate) async fn rollback_to(&mut self, savepoint: &Savepoint) -> Result<(), DbErr> {
        self.say(&format!("ROLLBACK TO SAVEPOINT s{}", savepoint.number)).await?;
        self.failed = savepoint.failed;
        self.release(savepoint);
        Ok(())
    }

    /// Waits until nobody else holds this table in such a mode, and keeps it to the end. A table is no
    /// lock for whoever may not write to it, unlike a number that any role could take.
    pub(crate) async fn lock_table(&mut self, table: &str, mode: &str) -> Result<(), DbErr> {
        let table = self.target.point(table);
        self.say(&format!("LOCK TABLE {table} IN {mode} MODE")).await
    }

    async fn say(&mut self, sql: &str) -> Result<(), DbErr> {
        let _timed = timed(sql);
        let said = self.body.simple(sql).await;
        self.failed |= said.is_err();
        said.map_err(exec_error)
    }

    /// Makes it last. After a failed statement there is nothing to keep: that is an error, so that
    /// nobody believes a lost write was saved.
    pub(crate) async fn commit(self) -> Result<Body, DbErr> {
        if self.failed {
            self.rollback().await?;
            return Err(refused("a statement of this transaction failed, nothing was saved"));
        }
        self.end(0).await
    }

    pub(crate) async fn rollback(self) -> Result<Body, DbErr> {
        self.end(1).await
    }

    /// Only an end that the database confirmed leaves the connection clean.
    async fn end(mut self, how: usize) -> Result<Body, DbErr> {
        let (how, undo) = (self.ends.map_or("", |ends| ends[how]), how == 1);
        match &mut self.body {
            Body::Postgres(lease) if how.is_empty() => lease.mark_clean(),
            Body::Postgres(lease) => {
                let done = (&mut **lease).execute(sqlx::raw_sql(how)).await;
                done.map_err(exec_error)?;
                lease.mark_clean();
            }
            Body::Sqlite(lease) if how.is_empty() => lease.mark_clean(),
            Body::Sqlite(lease) => {
                match (&mut ***lease).execute(how).await {
                    Ok(_) => lease.mark_clean(),
                    // Where its first query could not even be read, it never began: the scrub of a
                    // connection that is not clean sees to either case.
                    Err(_) if undo => {}
                    Err(error) => return Err(exec_error(error)),
                }
            }
        }
        Ok(self.body)
    }
}

/// All rows of a SQLite query. Its thread hands them over one by one and wakes us for each that we
/// wait for; after the first, whoever else can run goes before us, so that the others pile up.
async fn collect(
    mut rows: impl Stream<Item = Result<SqliteRow, sqlx::Error>> + Unpin,
) -> Result<Vec<QueryResult>, sqlx::Error> {
    let mut found = vec![];
    while let Some(row) = rows.try_next().await? {
        if found.is_empty() {
            tokio::task::yield_now().await;
        }
        found.push(row.into());
    }
    Ok(found)
}

/// Rows and the number of rows.
async fn both<R, Q>(
    mut parts: impl Stream<Item = Result<Either<Q, R>, sqlx::Error>> + Unpin,
) -> Result<(ExecResult, Vec<QueryResult>), sqlx::Error>
where
    R: Into<QueryResult>,
    Q: Into<ExecResult> + Default + Extend<Q>,
{
    let (mut rows, mut result) = (vec![], Q::default());
    while let Some(part) = parts.try_next().await? {
        match part {
            Either::Left(done) => result.extend([done]),
            Either::Right(row) => rows.push(row.into()),
        }
    }
    Ok((result.into(), rows))
}

fn exec_error(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}

pub(crate) fn query_error(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

/// No connection: the request is told to come back.
pub(crate) fn begin_error(error: sqlx::Error) -> DbErr {
    match error {
        sqlx::Error::PoolTimedOut => {
            DbErr::ConnectionAcquire(sea_orm::error::ConnAcquireErr::Timeout)
        }
        error => DbErr::Conn(RuntimeErr::SqlxError(error.into())),
    }
}
