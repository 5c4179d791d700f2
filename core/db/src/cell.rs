//! A cell: where some tenants live, and the door through which their transactions begin.

use std::path::{Path, PathBuf};

use core_base::TenantId;
use quick_cache::sync::Cache;
use sea_orm::{DbBackend, DbErr};
use sqlx::{PgConnection, Row, SqliteConnection};

use crate::{
    mode::Mode,
    pool::Pool,
    pool_usage::PoolUsage,
    postgres, sqlite,
    sqlite::Use,
    statement::Target,
    tenant::Tenant,
    tx::{Body, Tx, begin_error},
};

/// Open files at a time: each costs up to three connections of three descriptors and a thread.
const OPEN_FILES: usize = 64;
const READERS: usize = 2;

enum Place {
    Postgres { pool: Pool<PgConnection>, pooled: bool, installation: String },
    Sqlite { dir: PathBuf, files: Cache<TenantId, sqlite::File> },
}

/// A directory of SQLite files, or one login on one PostgreSQL database.
pub(crate) struct Cell(Place);

impl Cell {
    pub(crate) fn postgres(pool: Pool<PgConnection>, pooled: bool, installation: &str) -> Self {
        Self(Place::Postgres { pool, pooled, installation: installation.to_owned() })
    }

    pub(crate) fn sqlite(dir: &Path) -> Self {
        Self(Place::Sqlite { dir: dir.to_owned(), files: Cache::new(OPEN_FILES) })
    }

    pub(crate) fn backend(&self) -> DbBackend {
        match self.0 {
            Place::Postgres { .. } => DbBackend::Postgres,
            Place::Sqlite { .. } => DbBackend::Sqlite,
        }
    }

    /// Begins a transaction that can see this tenant and nothing else.
    pub(crate) async fn begin(&self, tenant: &Tenant, mode: Mode) -> Result<Tx, DbErr> {
        match &self.0 {
            Place::Postgres { pool, pooled, installation } => {
                let schema = tenant.id.schema();
                let role = role(installation, &schema);
                let opening = postgres::tenant_opening(&role, mode);
                let lease = postgres::begin(pool, &opening).await.map_err(begin_error)?;
                lease.serve(tenant.id);
                let target = Target::tenant(&schema, &tenant.stamp);
                Ok(Tx::new(Body::Postgres(lease), target, !pooled))
            }
            Place::Sqlite { dir, files } => {
                let file = match files.get(&tenant.id) {
                    Some(file) => file,
                    None => {
                        let file = open(dir, tenant.id);
                        files.insert(tenant.id, file.clone());
                        file
                    }
                };
                let purpose = match mode {
                    // Each reading transaction of SQLite sees one moment.
                    Mode::Read | Mode::Snapshot => Use::Read,
                    Mode::Write | Mode::Bulk => Use::Write,
                };
                let tx = file.begin(purpose).await.map_err(begin_error)?;
                Ok(if mode == Mode::Bulk { tx.in_time(None) } else { tx })
            }
        }
    }

    /// How its connections are used; on SQLite, those to all open files together.
    pub(crate) fn usage(&self) -> PoolUsage {
        match &self.0 {
            Place::Postgres { pool, .. } => pool.usage(),
            Place::Sqlite { files, .. } => files.iter().map(|(_, file)| file.usage()).sum(),
        }
    }

    /// Closes what is open of a tenant that is going away.
    pub(crate) fn forget(&self, tenant: TenantId) {
        if let Place::Sqlite { files, .. } = &self.0 {
            files.remove(&tenant);
        }
    }
}

/// The role that may reach one tenant's schema. Roles are shared by all databases of a server, so
/// the name carries the installation.
pub(crate) fn role(installation: &str, schema: &str) -> String {
    format!("{installation}_{schema}")
}

/// The file of a tenant in a cell's directory.
pub(crate) fn file_path(dir: &Path, tenant: TenantId) -> PathBuf {
    dir.join(format!("{}.db", tenant.schema()))
}

fn open(dir: &Path, tenant: TenantId) -> sqlite::File {
    sqlite::File::new(&file_path(dir, tenant), READERS, move |connection| {
        check_stamp(connection, tenant)
    })
}

/// A file put in another's place (a mistaken restore) is refused before anybody reads it.
async fn check_stamp(
    mut connection: SqliteConnection,
    tenant: TenantId,
) -> Result<SqliteConnection, sqlx::Error> {
    let row = sqlx::query("SELECT tenant_id FROM _meta").fetch_one(&mut connection).await?;
    let stamped: uuid::Uuid = row.try_get(0)?;
    if stamped == tenant.0 {
        return Ok(connection);
    }
    tracing::error!(%tenant, file_of = %stamped, "a tenant's file belongs to another tenant");
    Err(sqlx::Error::Protocol("this file belongs to another tenant".into()))
}
