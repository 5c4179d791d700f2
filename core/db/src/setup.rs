//! Preparing a store: the catalogue's schema, logins and revokes, the cells, the template file.

use std::{
    fs,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use anyhow::Context;
use core_base::{
    Config, Secret,
    config::{StoreConfig, derive},
};
use sea_orm::DbBackend;
use sqlx::{Connection, Executor, PgConnection, Row};
use url::Url;

use crate::{
    migration::{Migration, Migrations, stamp},
    plan::{Part, Plan, fill},
    postgres::{self, Login, Owner, literal, quote},
    sqlite,
};

/// Tenants that one cell takes: beyond it, role look-ups and caches of a backend grow too large.
pub(crate) const CAPACITY: i32 = 1000;
/// Held by whoever prepares or migrates, so that two deployments don't meet.
pub(crate) const LEADER: i64 = 0x67_77_6d_67;

/// What `cell add` and `cell list` tell of a cell.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CellReport {
    /// Its number.
    pub id: i32,
    /// Its PostgreSQL login; empty on the embedded store.
    pub login: String,
    /// Tenants that live here.
    pub tenants: u64,
    /// Tenants that fit.
    pub capacity: i32,
}

/// The logins of an installation on PostgreSQL.
pub(crate) struct Logins {
    pub(crate) owner: Owner,
    base: Login,
    owner_is_base: bool,
    key: Secret,
}

impl Logins {
    pub(crate) fn new(
        config: &Config,
        url: &Url,
        owner_url: Option<&Url>,
        pooled: bool,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            owner: Owner::new(Login::from_url(owner_url.unwrap_or(url), false)?),
            base: Login::from_url(url, pooled)?,
            owner_is_base: owner_url.is_none(),
            key: config.secret_key.clone(),
        })
    }

    /// The catalogue's login: `DATABASE_URL`'s, or one of ours where that is the owner's.
    pub(crate) fn catalog(&self, installation: &str) -> Login {
        if !self.owner_is_base {
            return self.base.clone();
        }
        self.ours(&format!("{installation}_catalog"))
    }

    /// A login that the platform makes for itself.
    pub(crate) fn ours(&self, name: &str) -> Login {
        self.base.as_user(name, &self.password(name))
    }

    /// A connection as `DATABASE_URL` says.
    pub(crate) async fn first(&self) -> anyhow::Result<PgConnection> {
        let user = self.base.user();
        self.base
            .connect()
            .await
            .with_context(|| format!("connecting to PostgreSQL as {user} (DATABASE_URL)"))
    }

    pub(crate) fn password(&self, login: &str) -> Secret {
        derive(&self.key, &format!("login:{login}"))
    }

    /// SQL that makes `name` a login with nothing but what it needs, or puts its settings right.
    /// That it may make no databases or roles and is no superuser is not said, since only who may and is one
    /// could say so (from PostgreSQL 16 on also the first two). A new role may not; `weaknesses` looks.
    /// Generic plans: with LIMIT as a parameter PostgreSQL thinks planning anew pays each time, and a
    /// list page then spends a third of the server's time on planning (docs/benchmarks.md).
    pub(crate) fn make(&self, name: &str) -> String {
        let (role, password) = (quote(name), literal(self.password(name).expose()));
        format!(
            "ALTER ROLE {role} LOGIN NOINHERIT PASSWORD {password};
             ALTER ROLE {role} SET search_path TO pg_catalog, pg_temp;
             ALTER ROLE {role} SET plan_cache_mode TO force_generic_plan;
             ALTER ROLE {role} SET statement_timeout TO '5s';
             ALTER ROLE {role} SET lock_timeout TO '2s';
             ALTER ROLE {role} SET idle_in_transaction_session_timeout TO '15s';
             ALTER ROLE {role} SET timezone TO 'UTC'"
        )
    }
}

/// Brings the catalogue up to date, making it where it doesn't exist. Doing it again is harmless.
pub async fn prepare(config: &Config, migrations: &Migrations) -> anyhow::Result<()> {
    match &config.store {
        StoreConfig::Embedded => prepare_embedded(&config.data_dir, migrations).await,
        StoreConfig::Postgres { url, owner_url, pooled } => {
            let logins = Logins::new(config, url, owner_url.as_ref(), *pooled)?;
            let mut owner = logins.owner.connect().await?;
            postgres::simple(&mut owner, &format!("SELECT pg_advisory_lock({LEADER})")).await?;
            let done = prepare_postgres(&mut owner, &logins, migrations).await;
            owner.close().await?;
            done
        }
    }
}

/// The catalogue's file.
pub(crate) fn catalog_path(data_dir: &Path) -> PathBuf {
    data_dir.join("catalog.db")
}

/// The directory of cell 0.
pub(crate) fn cell_dir(data_dir: &Path) -> PathBuf {
    data_dir.join("tenants")
}

async fn prepare_embedded(data_dir: &Path, migrations: &Migrations) -> anyhow::Result<()> {
    let cells = cell_dir(data_dir);
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&cells)
        .with_context(|| format!("making {}", cells.display()))?;
    let _leader = crate::file_lock::FileLock::wait(&data_dir.join("migrate.lock"))?;
    let path = catalog_path(data_dir);
    let mut connection = sqlite::connect_new(&path).await?;
    connection.execute("BEGIN IMMEDIATE").await?;
    connection.execute(BASE_TABLES).await?;
    let rows = connection.fetch_all("SELECT name FROM _migrations").await?;
    let have = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?;
    let plan = Plan::new(DbBackend::Sqlite, migrations.catalog, &have, true)?;
    let Some(script) = plan.as_one() else { unreachable!("the catalogue has no data steps") };
    connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(script.to_owned()))).await?;
    connection
        .execute(
            "INSERT INTO cells (id, login, capacity, created_at)
             SELECT 0, '', 1000000, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
             WHERE NOT EXISTS (SELECT 1 FROM cells)",
        )
        .await?;
    connection.execute("COMMIT").await?;
    connection.close().await?;
    Ok(())
}

/// What every schema starts with, before the first migration.
pub(crate) const BASE_TABLES: &str = "CREATE TABLE IF NOT EXISTS _migrations (name text PRIMARY KEY, applied_at text DEFAULT CURRENT_TIMESTAMP)";

/// What a tenant's schema starts with.
pub(crate) fn tenant_tables(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => {
            "CREATE TABLE _meta (tenant_id uuid PRIMARY KEY, stamp text NOT NULL);
             CREATE TABLE _migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());\n"
        }
        _ => {
            "CREATE TABLE _meta (tenant_id blob PRIMARY KEY, stamp text NOT NULL);
             CREATE TABLE _migrations (name text PRIMARY KEY, applied_at text NOT NULL DEFAULT CURRENT_TIMESTAMP);\n"
        }
    }
}

async fn prepare_postgres(
    owner: &mut PgConnection,
    logins: &Logins,
    migrations: &Migrations,
) -> anyhow::Result<()> {
    let installation = base_schema(owner).await?;
    let catalog = logins.catalog(&installation);
    if logins.owner_is_base {
        make_login(owner, logins, catalog.user()).await?;
    }
    restrict(owner, catalog.user()).await?;
    let rows = owner.fetch_all("SELECT name FROM catalog._migrations").await?;
    let have = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?;
    let plan = Plan::new(DbBackend::Postgres, migrations.catalog, &have, true)?;
    let Some(script) = plan.as_one() else { unreachable!("the catalogue has no data steps") };
    let role = quote_any(catalog.user());
    let script = fill(script, "\"catalog\"", &role);
    let text = format!(
        "BEGIN; SET LOCAL search_path TO catalog, pg_temp; SET LOCAL lock_timeout TO '5s';\n{script}
         GRANT USAGE ON SCHEMA catalog TO {role}; GRANT SELECT ON catalog.meta TO {role}; COMMIT"
    );
    postgres::simple(owner, &text).await.context("migrating the catalogue")?;
    let cells = owner.fetch_all("SELECT id, login FROM catalog.cells").await?;
    if cells.is_empty() {
        add_cell(owner, logins, &installation).await?;
    }
    for cell in cells {
        make_login(owner, logins, cell.try_get("login")?).await?;
    }
    Ok(())
}

/// The schema `catalog` with its first two tables; answers with the installation's id.
async fn base_schema(owner: &mut PgConnection) -> anyhow::Result<String> {
    let fresh = format!("gw_{:06x}", rand_id());
    let text = format!(
        "BEGIN; CREATE SCHEMA IF NOT EXISTS catalog;
         SET LOCAL search_path TO catalog, pg_temp;
         {BASE_TABLES};
         CREATE TABLE IF NOT EXISTS meta (name text PRIMARY KEY, value text NOT NULL);
         INSERT INTO meta VALUES ('installation', '{fresh}') ON CONFLICT DO NOTHING; COMMIT"
    );
    postgres::simple(owner, &text).await.context("making the schema `catalog`")?;
    let row = owner.fetch_one("SELECT value FROM catalog.meta WHERE name = 'installation'").await?;
    Ok(row.try_get(0)?)
}

fn rand_id() -> u32 {
    (uuid::Uuid::new_v4().as_u128() & 0xff_ffff) as u32
}

/// A login's name may be an administrator's own, so it is quoted without being checked as ours.
fn quote_any(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(crate) async fn make_login(
    owner: &mut PgConnection,
    logins: &Logins,
    name: &str,
) -> anyhow::Result<()> {
    let exists = sqlx::query("SELECT 1 FROM pg_roles WHERE rolname = $1").bind(name);
    if owner.fetch_optional(exists).await?.is_none() {
        postgres::simple(owner, &format!("CREATE ROLE {} NOLOGIN", quote(name))).await?;
    }
    let database: String = owner.fetch_one("SELECT current_database()").await?.try_get(0)?;
    let text = format!(
        "{}; GRANT CONNECT ON DATABASE {} TO {}",
        logins.make(name),
        quote_any(&database),
        quote(name)
    );
    postgres::simple(owner, &text).await.with_context(|| format!("making the login {name}"))
}

/// Takes from everybody what could lead out of a tenant's role. Each on its own: a managed server
/// may refuse one, and `check` then says what is weaker.
async fn restrict(owner: &mut PgConnection, catalog: &str) -> anyhow::Result<()> {
    let row = owner.fetch_one("SELECT current_database(), current_user::text").await?;
    let (database, me): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    let (database, me) = (quote_any(&database), quote_any(&me));
    let keep_catalog = format!("GRANT CONNECT ON DATABASE {database} TO {}", quote_any(catalog));
    for sql in [
        "REVOKE ALL ON SCHEMA public FROM PUBLIC".to_owned(),
        keep_catalog,
        format!("REVOKE CONNECT, TEMPORARY ON DATABASE {database} FROM PUBLIC"),
        format!("GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO {me}"),
        "REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC".into(),
        "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC".into(),
    ] {
        if let Err(error) = postgres::simple(owner, &sql).await {
            tracing::warn!(%error, sql, "the server refused a revoke; see `groundwork check`");
        }
    }
    restrict_functions(owner, catalog).await
}

/// Functions by which a tenant's role could hold up others, or leave what nobody would find, by a pattern
/// of their names. What stays: giving locks back, and locks by two numbers, which the release before
/// this one takes as a tenant and this one does not take at all.
const REACHING_OUT: &str = "pronamespace = 'pg_catalog'::regnamespace
     AND (proname ~ '^(pg_(try_)?advisory_|lo_|loread$|lowrite$)' OR proname = 'pg_notify')
     AND oid::regprocedure::text
         NOT IN ('pg_advisory_unlock_all()', 'pg_advisory_xact_lock(integer,integer)')";

/// Only a superuser can take these from everybody; `check --deploy` says where nobody did.
async fn restrict_functions(owner: &mut PgConnection, catalog: &str) -> anyhow::Result<()> {
    let sql = format!(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE {REACHING_OUT}
             AND has_function_privilege('public', oid, 'EXECUTE')
             AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
    );
    let rows = owner.fetch_all(sqlx::raw_sql(sqlx::AssertSqlSafe(sql))).await?;
    let open = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?;
    if open.is_empty() {
        return Ok(());
    }
    // The release before this one takes this lock as the catalogue's login.
    let text = format!(
        "REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC;
         GRANT EXECUTE ON FUNCTION pg_advisory_xact_lock(bigint) TO {}",
        open.join(", "),
        quote_any(catalog)
    );
    postgres::simple(owner, &text).await.context("taking functions from everybody")
}

/// One more cell: its login and its row.
pub(crate) async fn add_cell(
    owner: &mut PgConnection,
    logins: &Logins,
    installation: &str,
) -> anyhow::Result<CellReport> {
    let row = owner.fetch_one("SELECT coalesce(max(id) + 1, 0) FROM catalog.cells").await?;
    let id: i32 = row.try_get(0)?;
    let login = format!("{installation}_c{id:03}");
    make_login(owner, logins, &login).await?;
    let insert = sqlx::query(
        "INSERT INTO catalog.cells (id, login, capacity, created_at) VALUES ($1, $2, $3, now())",
    )
    .bind(id)
    .bind(&login)
    .bind(CAPACITY);
    owner.execute(insert).await?;
    Ok(CellReport { id, login, tenants: 0, capacity: CAPACITY })
}

/// The file that new tenants are copied from; built once for each stamp.
pub(crate) async fn template(data_dir: &Path, list: &[Migration]) -> anyhow::Result<PathBuf> {
    let path = data_dir.join(format!("template-{}.db", stamp(list.iter().map(|step| step.name))));
    if path.exists() {
        return Ok(path);
    }
    let plan = Plan::new(DbBackend::Sqlite, list, &[], true)?;
    let half = data_dir.join(format!(".template-{}.{}", plan.stamp, std::process::id()));
    let _ = fs::remove_file(&half);
    let mut connection = sqlite::connect_maintenance(&half).await?;
    // Copies are in the mode they will live in from the start.
    connection.execute("PRAGMA journal_mode = WAL").await?;
    connection.execute(tenant_tables(DbBackend::Sqlite)).await?;
    for part in &plan.parts {
        if let Part::Sql(sql) = part {
            connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql.clone()))).await?;
        }
    }
    connection.close().await?;
    fs::File::open(&half)?.sync_all()?;
    fs::rename(&half, &path)?;
    Ok(path)
}
