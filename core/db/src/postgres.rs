//! PostgreSQL connections: how they are opened, scrubbed, and brought to act for one tenant.

use std::{str::FromStr, sync::Arc};

use anyhow::Context;
use core_base::Secret;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, postgres::PgConnectOptions,
};
use tokio::sync::Semaphore;
use url::Url;

use crate::{
    mode::Mode,
    pool::{Lease, Link, Pool, Work},
};

/// Prepared statements kept on one connection; each tenant has its own, so it is bounded.
const STATEMENTS: usize = 1000;

/// How a login reaches its database.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    options: PgConnectOptions,
    /// Behind a transaction pooler: statements must be unnamed and stay inside a transaction.
    pub(crate) pooled: bool,
}

impl Login {
    pub(crate) fn from_url(url: &Url, pooled: bool) -> anyhow::Result<Self> {
        let options = PgConnectOptions::from_str(url.as_str())
            .map_err(|_| anyhow::anyhow!("DATABASE_URL cannot be read"))?
            .application_name("groundwork")
            .statement_cache_capacity(if pooled { 0 } else { STATEMENTS })
            .disable_statement_logging();
        Ok(Self { options, pooled })
    }

    /// A login to this database as another user.
    pub(crate) fn as_user(&self, user: &str, password: &Secret) -> Self {
        let options = self.options.clone().username(user).password(password.expose());
        Self { options, pooled: self.pooled }
    }

    pub(crate) fn user(&self) -> &str {
        self.options.get_username()
    }

    pub(crate) async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        PgConnection::connect_with(&self.options).await
    }

    pub(crate) fn pool(&self, size: usize) -> Pool<PgConnection> {
        self.pool_in_line(&Arc::new(Semaphore::new(size)), size)
    }

    /// With whoever else has these permits.
    pub(crate) fn pool_in_line(&self, permits: &Arc<Semaphore>, size: usize) -> Pool<PgConnection> {
        let login = self.clone();
        Pool::in_line(permits, size, move || {
            let login = login.clone();
            async move { login.connect().await }
        })
    }
}

impl Link for PgConnection {
    fn scrub(&mut self) -> Work<'_, Result<(), sqlx::Error>> {
        Box::pin(async {
            self.execute("ROLLBACK; RESET ROLE; RESET ALL; SELECT pg_advisory_unlock_all()")
                .await?;
            Ok(())
        })
    }

    fn ping_link(&mut self) -> Work<'_, Result<(), sqlx::Error>> {
        Box::pin(self.ping())
    }
}

/// Opens a transaction in one round trip; a connection that died while idle is replaced once.
pub(crate) async fn begin(
    pool: &Pool<PgConnection>,
    opening: &str,
) -> Result<Lease<PgConnection>, sqlx::Error> {
    let mut lease = pool.acquire().await?;
    lease.mark_dirty();
    match simple(&mut lease, opening).await {
        Ok(()) => return Ok(lease),
        Err(error) if !is_lost(&error) => return Err(error),
        Err(_) => drop(lease),
    }
    pool.forget_idle();
    let mut lease = pool.acquire().await?;
    lease.mark_dirty();
    simple(&mut lease, opening).await?;
    Ok(lease)
}

/// The connection is gone: by `admin_shutdown`, `crash_shutdown` or `cannot_connect_now`, or without a
/// word. Any other answer of the server is an error of what was sent.
pub(crate) fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => {
            matches!(error.code().as_deref(), Some("57P01" | "57P02" | "57P03"))
        }
        _ => true,
    }
}

/// How a tenant's transaction begins: its role, for this transaction only.
pub(crate) fn tenant_opening(role: &str, mode: Mode) -> String {
    let begin = match mode {
        Mode::Read => "BEGIN READ ONLY",
        Mode::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        Mode::Write => "BEGIN",
        Mode::Bulk => "BEGIN; SET LOCAL statement_timeout TO '15min'",
    };
    format!("{begin}; SET LOCAL ROLE {}", quote(role))
}

/// Sends text of our own making over the simple protocol. The only place that does.
pub(crate) async fn simple(connection: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await?;
    Ok(())
}

/// An identifier between quotes. Ours are made of `[a-z0-9_]`; nothing else gets this far.
pub(crate) fn quote(name: &str) -> String {
    assert!(
        name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_')) && name.len() <= 63,
        "not a name of ours: {name}"
    );
    format!("\"{name}\"")
}

/// A text literal between quotes.
pub(crate) fn literal(text: &str) -> String {
    assert!(!text.contains('\\') && !text.contains('\0'), "not a text of ours");
    format!("'{}'", text.replace('\'', "''"))
}

/// One connection as the owner: schemas, roles and migrations.
#[derive(Clone, Debug)]
pub struct Owner {
    login: Login,
}

impl Owner {
    pub(crate) fn new(login: Login) -> Self {
        Self { login }
    }

    pub(crate) fn pool(&self, size: usize) -> Pool<PgConnection> {
        self.login.pool(size)
    }

    pub(crate) async fn connect(&self) -> anyhow::Result<PgConnection> {
        self.login.connect().await.with_context(|| {
            format!(
                "connecting to PostgreSQL as {} (DATABASE_OWNER_URL or DATABASE_URL)",
                self.login.user()
            )
        })
    }
}
