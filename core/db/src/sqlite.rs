//! SQLite files: how they are opened, and what a connection to one may not do.

use std::{path::Path, sync::Once, time::Duration};

use sqlx::{
    ConnectOptions, Connection, Executor, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqliteSynchronous},
};

use crate::{
    interrupt::InterruptibleConnection,
    pool::{Link, Pool, Work},
    pool_usage::PoolUsage,
    tx::{Tx, TxStatements},
};

/// However much a statement has to do, nobody waits longer: what PostgreSQL's logins are told too.
const STATEMENT: Duration = Duration::from_secs(5);

/// Bytes of a write-ahead log that are kept for what comes next: as many as SQLite lets gather before
/// it moves them into the file.
const LOG: &str = "4194304";

fn options(path: &Path) -> SqliteConnectOptions {
    static ONCE: Once = Once::new();
    ONCE.call_once(count_no_memory);
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .statement_cache_capacity(50)
        .row_buffer_size(256)
        .pragma("trusted_schema", "OFF")
        // A log that grew while somebody read for long is cut back once it is written from its start.
        .pragma("journal_size_limit", LOG)
        .disable_statement_logging()
}

/// How a connection will be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Several queries that see one state.
    Read,
    /// A single query.
    Look,
    Write,
    /// A write that outlives a kill but not a loss of power, like what it prepares.
    Hint,
}

/// A connection for requests and jobs: the file must exist, and no other can be attached.
pub(crate) async fn connect(path: &Path, purpose: Use) -> Result<SqliteConnection, sqlx::Error> {
    let options = options(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // Of KiB, for each connection: many files are open at a time, and the system caches them too.
        .pragma("cache_size", "-400");
    let options = match purpose {
        Use::Read | Use::Look => options.pragma("query_only", "ON"),
        Use::Write | Use::Hint => options,
    };
    let mut connection = SqliteConnection::connect_with(&options).await?;
    forbid_attach(&mut connection).await?;
    Ok(connection)
}

/// A connection for building and copying files: creates them, waits for no disk, may attach. The
/// file keeps its mode. The caller closes it, which empties its log, and syncs the finished file.
pub(crate) async fn connect_maintenance(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let options = options(path)
        .create_if_missing(true)
        .locking_mode(SqliteLockingMode::Exclusive)
        .synchronous(SqliteSynchronous::Off);
    SqliteConnection::connect_with(&options).await
}

/// A connection that copies a file which others use: it may attach, and writes nothing to it.
pub(crate) async fn connect_copying(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    SqliteConnection::connect_with(&options(path).read_only(true)).await
}

/// SQLite counts its memory under one lock for all threads, and nobody reads the count.
fn count_no_memory() {
    // SAFETY: called once, before the first connection of this process, as SQLite demands; it
    // answers with an error and changes nothing otherwise.
    #[expect(unsafe_code, reason = "sqlx has no call for SQLite's settings")]
    unsafe {
        libsqlite3_sys::sqlite3_config(libsqlite3_sys::SQLITE_CONFIG_MEMSTATUS, 0_i32);
    }
}

async fn forbid_attach(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let mut handle = connection.lock_handle().await?;
    // SAFETY: the handle is valid while it is locked, and the call only lowers a limit.
    #[expect(unsafe_code, reason = "sqlx has no call for SQLite's limits")]
    unsafe {
        libsqlite3_sys::sqlite3_limit(
            handle.as_raw_handle().as_ptr(),
            libsqlite3_sys::SQLITE_LIMIT_ATTACHED,
            0,
        );
    }
    Ok(())
}

impl Link for InterruptibleConnection {
    fn scrub(&mut self) -> Work<'_, Result<(), sqlx::Error>> {
        Box::pin(async {
            // Nobody waits for a statement that may still run.
            let brake = self.brake();
            brake.stop();
            // Outside a transaction this is an error, and nothing needs undoing.
            let _ = self.execute("ROLLBACK").await;
            brake.release();
            self.execute("PRAGMA synchronous = FULL").await?;
            Ok(())
        })
    }

    fn ping_link(&mut self) -> Work<'_, Result<(), sqlx::Error>> {
        Box::pin(self.ping())
    }
}

impl Use {
    /// How a transaction begins, with its first query, and how it ends. One that writes takes the file's
    /// lock as it begins; in this process it has the only connection that does so from the start.
    fn statements(self) -> TxStatements {
        const ENDS: [&str; 2] = ["COMMIT", "ROLLBACK"];
        const HINT_ENDS: [&str; 2] =
            ["COMMIT; PRAGMA synchronous = FULL", "ROLLBACK; PRAGMA synchronous = FULL"];
        let (opening, ends) = match self {
            Self::Look => ("", None),
            Self::Read => ("BEGIN", Some(ENDS)),
            Self::Write => ("BEGIN IMMEDIATE", Some(ENDS)),
            Self::Hint => ("PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE", Some(HINT_ENDS)),
        };
        TxStatements { opening, ends }
    }
}

/// The two pools of one file: several readers, one writer, as SQLite has it.
#[derive(Clone)]
pub(crate) struct File {
    readers: Pool<InterruptibleConnection>,
    writer: Pool<InterruptibleConnection>,
}

impl File {
    /// `check` runs on each new connection before it is used.
    pub(crate) fn new<F, Fut>(path: &Path, readers: usize, check: F) -> Self
    where
        F: Fn(SqliteConnection) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<SqliteConnection, sqlx::Error>> + Send + 'static,
    {
        let pool = |size, purpose| {
            let (path, check) = (path.to_owned(), check.clone());
            Pool::new(size, move || {
                let (path, check) = (path.clone(), check.clone());
                async move {
                    InterruptibleConnection::new(check(connect(&path, purpose).await?).await?).await
                }
            })
        };
        Self { readers: pool(readers, Use::Read), writer: pool(1, Use::Write) }
    }

    /// A transaction, which begins with its first query.
    pub(crate) async fn begin(&self, purpose: Use) -> Result<Tx, sqlx::Error> {
        let mut lease = self.pool(purpose).acquire().await?;
        lease.mark_dirty();
        Ok(Tx::sqlite(lease, purpose.statements()).in_time(STATEMENT))
    }

    /// How its connections are used.
    pub(crate) fn usage(&self) -> PoolUsage {
        [self.readers.usage(), self.writer.usage()].into_iter().sum()
    }

    pub(crate) fn pool(&self, purpose: Use) -> &Pool<InterruptibleConnection> {
        match purpose {
            Use::Read | Use::Look => &self.readers,
            Use::Write | Use::Hint => &self.writer,
        }
    }
}

/// A connection for the catalogue's first start: creates the file, in the mode it will stay in.
pub(crate) async fn connect_new(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let options = options(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let connection = SqliteConnection::connect_with(&options).await?;
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .map_err(sqlx::Error::Io)?;
    Ok(connection)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use sqlx::{Connection, Executor};

    use super::{Use, connect, connect_maintenance, connect_new};

    #[tokio::test]
    async fn a_log_that_grew_under_a_long_reader_shrinks_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        let mut writer = connect_new(&path).await.unwrap();
        writer.execute("CREATE TABLE t (a blob)").await.unwrap();
        writer.close().await.unwrap();
        let mut writer = connect(&path, Use::Write).await.unwrap();
        let mut reader = connect(&path, Use::Read).await.unwrap();
        reader.execute("BEGIN; SELECT * FROM t").await.unwrap();
        let log = || std::fs::metadata(dir.path().join("a.db-wal")).unwrap().len();
        for _ in 0..20 {
            writer.execute("INSERT INTO t VALUES (randomblob(1000000))").await.unwrap();
        }
        assert!(log() > 16 << 20, "{}", log());
        reader.execute("COMMIT").await.unwrap();
        for _ in 0..3 {
            writer.execute("INSERT INTO t VALUES (randomblob(1000))").await.unwrap();
        }
        assert!(log() <= 4 << 20, "{}", log());
    }

    #[tokio::test]
    async fn a_connection_for_requests_attaches_no_other_file_and_readers_do_not_write() {
        let dir = tempfile::tempdir().unwrap();
        let (path, other) = (dir.path().join("a.db"), dir.path().join("b.db"));
        let attach = format!("ATTACH '{}' AS b", other.display());
        let attach = || sqlx::raw_sql(sqlx::AssertSqlSafe(attach.clone()));
        let mut maintenance = connect_maintenance(&path).await.unwrap();
        maintenance.execute("CREATE TABLE t (a int)").await.unwrap();
        maintenance.execute(attach()).await.unwrap();
        maintenance.close().await.unwrap();

        for purpose in [Use::Read, Use::Write] {
            let mut connection = connect(&path, purpose).await.unwrap();
            let refused = connection.execute(attach()).await.unwrap_err().to_string();
            assert!(refused.contains("too many attached databases"), "{refused}");
            let written = connection.execute("INSERT INTO t VALUES (1)").await;
            assert_eq!(written.is_ok(), purpose == Use::Write);
        }
    }
}
