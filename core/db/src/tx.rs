//! One open transaction on either store.

use std::{borrow::Cow, time::Duration};

use sea_orm::{DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

use crate::{
    interrupt::InterruptibleConnection,
    pool::Lease,
    query_log::{Timed, timed},
    statement::{Target, prepare, refused},
    statement_results::{by_statement, how_many},
    trail::PendingMark,
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
    /// What opens it was sent; until then there is nothing to end.
    is_begun: bool,
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
    /// What was pending before.
    pub(crate) pending: PendingMark,
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
            is_begun: true,
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
    pub(crate) fn sqlite(lease: Lease<InterruptibleConnection>, says: TxStatements) -> Self {
        let TxStatements { opening, ends } = says;
        Self {
            opening: opening.into(),
            ends,
            is_begun: opening.is_empty(),
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
        Ok(self.execute_returning(vec![statement]).await?.0)
    }

    /// Writes that give rows back: how many rows the last one touched, and the rows of each. SQLite takes
    /// several in one text, PostgreSQL takes one.
    pub(crate) async fn execute_returning(
        &mut self,
        statements: Vec<Statement>,
    ) -> Result<(ExecResult, Vec<Vec<QueryResult>>), DbErr> {
        let (sql, values, _timed) = self.prepare_all(statements)?;
        let done = match &mut self.body {
            Body::Postgres(lease) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), values).persistent(self.named);
                by_statement((&mut **lease).fetch_many(query), usize::MAX).await
            }
            Body::Sqlite(lease) => {
                let (brake, count) = (lease.brake(), how_many(&sql));
                let query = sqlx::query_with(AssertSqlSafe(sql), values);
                brake.limit(self.time, by_statement((&mut ***lease).fetch_many(query), count)).await
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
                let (brake, count) = (lease.brake(), how_many(&sql));
                let query = sqlx::query_with(AssertSqlSafe(sql), values);
                let rows = by_statement((&mut ***lease).fetch_many(query), count);
                let rows = brake.limit(self.time, rows).await;
                rows.map(|(_, mut all)| all.pop().unwrap_or_default())
            }
        };
        self.failed |= rows.is_err();
        rows.map_err(query_error)
    }

    fn prepare(&mut self, statement: Statement) -> Result<(String, SqlxValues, Timed), DbErr> {
        self.prepare_all(vec![statement])
    }

    /// One text of them all, with what opens the transaction.
    fn prepare_all(
        &mut self,
        statements: Vec<Statement>,
    ) -> Result<(String, SqlxValues, Timed), DbErr> {
        if self.failed && self.backend() == DbBackend::Sqlite {
            // As PostgreSQL has it; the transaction may be gone, and what follows would stand alone.
            return Err(refused(
                "a statement of this transaction failed, nothing more is done in it",
            ));
        }
        let (mut sql, mut values) = (String::new(), SqlxValues(Values(vec![])));
        for statement in statements {
            let (text, mut bound) = prepare(statement, &self.target)?;
            self.queries += 1;
            if sql.is_empty() {
                (sql, values) = (text, bound);
            } else {
                sql = format!("{sql}; {text}");
                values.0.0.append(&mut bound.0.0);
            }
        }
        let timed = timed(&sql);
        Ok((self.opened(sql), values, timed))
    }

    /// The text behind what opens the transaction, where that was not sent yet.
    fn opened(&mut self, sql: String) -> String {
        self.is_begun = true;
        match std::mem::take(&mut self.opening) {
            opening if opening.is_empty() => sql,
            opening => format!("{opening}; {sql}"),
        }
    }

    /// Sets a savepoint. On PostgreSQL that is a round trip; on SQLite it goes with the next query.
    pub(crate) async fn savepoint(&mut self) -> Result<Savepoint, DbErr> {
        self.marks += 1;
        let pending = PendingMark::default();
        let savepoint = Savepoint { number: self.marks, failed: self.failed, pending };
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

    /// The first column of all rows, as text.
    pub(crate) async fn texts(&mut self, sql: &str) -> Result<Vec<String>, DbErr> {
        let sql = self.opened(sql.to_owned());
        self.body.texts(&sql).await.map_err(query_error)
    }

    /// Sends text of our own making, of one or more statements.
    pub(crate) async fn say(&mut self, sql: &str) -> Result<(), DbErr> {
        let _timed = timed(sql);
        let sql = self.opened(sql.to_owned());
        let said = self.body.simple(&sql).await;
        self.failed |= said.is_err();
        said.map_err(exec_error)
    }

    /// Makes it last. After a failed statement there is nothing to keep: that is an error, so that
    /// nobody believes a lost write was saved.
    pub(crate) async fn commit(self) -> Result<Body, DbErr> {
        self.commit_after(vec![]).await
    }

    /// Writes these last and makes all of it last: on SQLite in one text.
    pub(crate) async fn commit_after(mut self, last: Vec<Statement>) -> Result<Body, DbErr> {
        if self.failed {
            self.rollback().await?;
            return Err(refused("a statement of this transaction failed, nothing was saved"));
        }
        let Some([keep, _]) = self.ends.filter(|_| !last.is_empty()) else {
            return self.end(0).await;
        };
        if let Body::Postgres(_) = self.body {
            for statement in last {
                self.execute(statement).await?;
            }
            return self.end(0).await;
        }
        let (sql, values, _timed) = self.prepare_all(last)?;
        if let Body::Sqlite(lease) = &mut self.body {
            let sql = format!("{sql}; {keep}");
            let count = how_many(&sql);
            let query = sqlx::query_with(AssertSqlSafe(sql), values);
            let brake = lease.brake();
            let done = by_statement((&mut ***lease).fetch_many(query), count);
            brake.limit(self.time, done).await.map_err(exec_error)?;
            lease.mark_clean();
        }
        Ok(self.body)
    }

    pub(crate) async fn rollback(self) -> Result<Body, DbErr> {
        self.end(1).await
    }

    /// Only an end that the database confirmed leaves the connection clean.
    async fn end(mut self, how: usize) -> Result<Body, DbErr> {
        let ends = self.ends.filter(|_| self.is_begun);
        let (how, undo) = (ends.map_or("", |ends| ends[how]), how == 1);
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
