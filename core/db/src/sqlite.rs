//! SQLite files: how they are opened, and what a connection to one may not do.

use std::{path::Path, time::Duration};

use sqlx::{
    ConnectOptions, Connection, Executor, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::pool::{Lease, Link, Pool, Work};

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .statement_cache_capacity(100)
        .pragma("trusted_schema", "OFF")
        .disable_statement_logging()
}

/// How a connection will be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Read,
    Write,
}

/// A connection for requests and jobs: the file must exist, and no other can be attached.
pub(crate) async fn connect(path: &Path, purpose: Use) -> Result<SqliteConnection, sqlx::Error> {
    let options = options(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-1000");
    let options = match purpose {
        Use::Read => options.pragma("query_only", "ON"),
        Use::Write => options,
    };
    let mut connection = SqliteConnection::connect_with(&options).await?;
    forbid_attach(&mut connection).await?;
    Ok(connection)
}

/// A connection for building and copying files: creates them, waits for no disk, may attach. The
/// file keeps its mode. The caller closes it, which empties its log, and syncs the finished file.
pub(crate) async fn connect_maintenance(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let options = options(path).create_if_missing(true).synchronous(SqliteSynchronous::Off);
    SqliteConnection::connect_with(&options).await
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

impl Link for SqliteConnection {
    fn scrub(&mut self) -> Work<'_, Result<(), sqlx::Error>> {
        Box::pin(async {
            // Outside a transaction this is an error, and nothing needs undoing.
            let _ = self.execute("ROLLBACK").await;
            self.ping().await
        })
    }

    fn ping_link(&mut self) -> Work<'_, Result<(), sqlx::Error>> {
        Box::pin(self.ping())
    }
}

/// Opens a transaction: readers see one state, writers queue up before the file.
pub(crate) async fn begin(
    pool: &Pool<SqliteConnection>,
    purpose: Use,
) -> Result<Lease<SqliteConnection>, sqlx::Error> {
    let mut lease = pool.acquire().await?;
    lease.soil();
    let opening = match purpose {
        Use::Read => "BEGIN",
        Use::Write => "BEGIN IMMEDIATE",
    };
    lease.execute(opening).await?;
    Ok(lease)
}

/// The two pools of one file: several readers, one writer, as SQLite has it.
#[derive(Clone)]
pub(crate) struct File {
    readers: Pool<SqliteConnection>,
    writer: Pool<SqliteConnection>,
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
                async move { check(connect(&path, purpose).await?).await }
            })
        };
        Self { readers: pool(readers, Use::Read), writer: pool(1, Use::Write) }
    }

    pub(crate) async fn begin(&self, purpose: Use) -> Result<Lease<SqliteConnection>, sqlx::Error> {
        begin(self.pool(purpose), purpose).await
    }

    pub(crate) fn pool(&self, purpose: Use) -> &Pool<SqliteConnection> {
        match purpose {
            Use::Read => &self.readers,
            Use::Write => &self.writer,
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
