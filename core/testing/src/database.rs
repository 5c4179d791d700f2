//! A PostgreSQL database for one test: made when asked for, dropped with its roles, also after a
//! run that died.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use url::Url;

/// What the names of our databases start with; the process's id follows.
const PREFIX: &str = "gwt_";
/// One process at a time clears up after the dead.
const LOCK: i64 = 0x67_77_74;

pub(crate) struct Database {
    pub(crate) name: String,
    admin: Url,
    removed: bool,
}

impl Database {
    pub(crate) async fn create(admin: &Url) -> anyhow::Result<Self> {
        let unique = uuid::Uuid::new_v4().as_u128() as u32;
        let name = format!("{PREFIX}{}_{unique:08x}", std::process::id());
        let mut connection = connect(admin).await?;
        clear_dead(&mut connection, admin).await?;
        run(&mut connection, &format!("CREATE DATABASE {name}")).await?;
        connection.close().await?;
        Ok(Self { name, admin: admin.clone(), removed: false })
    }

    /// A login as an administrator would make it for `DATABASE_URL`.
    pub(crate) async fn make_login(&self) -> anyhow::Result<(String, String)> {
        let (user, password) = (self.name.clone(), "groundwork".to_owned());
        let mut connection = connect(&self.admin).await?;
        run(&mut connection, &format!("CREATE ROLE {user} LOGIN PASSWORD '{password}'")).await?;
        connection.close().await?;
        Ok((user, password))
    }

    /// The same server's `url`, leading to this database.
    pub(crate) fn at(&self, url: &Url) -> Url {
        at(url, &self.name)
    }
}

impl Database {
    /// Drops it, with its roles.
    pub(crate) async fn remove(mut self) -> anyhow::Result<()> {
        self.removed = true;
        let mut connection = connect(&self.admin).await?;
        remove(&mut connection, &self.admin, &self.name).await?;
        connection.close().await?;
        Ok(())
    }
}

impl Drop for Database {
    /// After a panic a thread does its best; what it leaves, the next run clears up. Nobody waits
    /// for it: PostgreSQL drops no database while a connection is half open, and ours may be held
    /// by the very thread that would wait.
    fn drop(&mut self) {
        if self.removed {
            return;
        }
        let (name, admin) = (self.name.clone(), self.admin.clone());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut connection = connect(&admin).await?;
                remove(&mut connection, &admin, &name).await
            })
        });
    }
}

fn at(url: &Url, database: &str) -> Url {
    let mut url = url.clone();
    url.set_path(database);
    url
}

async fn connect(url: &Url) -> Result<PgConnection, sqlx::Error> {
    PgConnection::connect(url.as_str()).await
}

async fn run(connection: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.map(drop)
}

async fn names(connection: &mut PgConnection, sql: String) -> Result<Vec<String>, sqlx::Error> {
    let rows = connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// The databases of processes that are no more.
async fn clear_dead(connection: &mut PgConnection, admin: &Url) -> anyhow::Result<()> {
    let mine = names(connection, format!("SELECT pg_try_advisory_lock({LOCK})::text")).await?;
    if mine.first().is_none_or(|got| got != "true") {
        return Ok(());
    }
    let sql = format!("SELECT datname FROM pg_database WHERE starts_with(datname, '{PREFIX}')");
    for name in names(connection, sql).await? {
        let pid = name[PREFIX.len()..].split('_').next().unwrap_or_default();
        if !std::path::Path::new(&format!("/proc/{pid}")).exists() {
            remove(connection, admin, &name).await?;
        }
    }
    run(connection, &format!("SELECT pg_advisory_unlock({LOCK})")).await?;
    Ok(())
}

async fn remove(connection: &mut PgConnection, admin: &Url, name: &str) -> anyhow::Result<()> {
    let installation = installation(&at(admin, name)).await;
    run(connection, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
    let mut ours = format!("rolname = '{name}'");
    if let Some(installation) = installation {
        ours.push_str(&format!(" OR starts_with(rolname, '{installation}_')"));
    }
    let roles = names(connection, format!("SELECT rolname FROM pg_roles WHERE {ours}")).await?;
    // Few at a time: each takes locks.
    for roles in roles.chunks(50) {
        let roles: Vec<_> = roles.iter().map(|role| format!("\"{role}\"")).collect();
        run(connection, &format!("DROP ROLE {}", roles.join(", "))).await?;
    }
    Ok(())
}

/// What the roles of a database start with; none: it was never prepared.
async fn installation(database: &Url) -> Option<String> {
    let mut connection = connect(database).await.ok()?;
    let sql = "SELECT value FROM catalog.meta WHERE name = 'installation'";
    let found = names(&mut connection, sql.to_owned()).await.ok()?.pop();
    connection.close().await.ok()?;
    found
}
