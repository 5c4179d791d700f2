//! The store as the rest of the house holds it: catalogue, cells, directory and changes.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::{Arc, RwLock},
};

use anyhow::Context;
use core_base::{
    Config, UserId,
    config::{Origins, StoreConfig},
};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, EntityTrait, prelude::Uuid};
use sqlx::PgConnection;
use tokio::sync::Semaphore;

use crate::{
    catalog::{self, cell, meta},
    catalog_db::{CatalogDb, CatalogTx},
    catalog_table::{self, CatalogTable},
    cell::Cell,
    changes::Changes,
    directory::Directory,
    erase_log::Erased,
    granted::Plans,
    migration::{Migrations, stamp},
    mode::Mode,
    outbox::Wake,
    pool::Pool,
    setup::{self, Logins},
    sqlite,
    tenant::Tenant,
    tenant_db::{SharedByUnits, TenantDb},
    trail::{AuditedTable, Trail},
};

/// Connections of the owner: for provisioning and migrating, never for requests.
pub(crate) const OWNERS: usize = 2;

pub(crate) enum Place {
    Embedded { data_dir: PathBuf },
    Postgres { logins: Box<Logins>, owners: Pool<PgConnection>, installation: String },
}

pub(crate) struct Inner {
    pub(crate) catalog: CatalogDb,
    pub(crate) changes: Changes,
    pub(crate) directory: Directory,
    pub(crate) origins: Origins,
    pub(crate) place: Place,
    pub(crate) migrations: Migrations,
    /// The tables of the catalogue, for whatever must reach all of them.
    pub(crate) tables: Vec<CatalogTable>,
    /// The tables of tenants whose changes are told.
    pub(crate) trail: Arc<Trail>,
    /// What each plan grants.
    pub(crate) plans: Arc<Plans>,
    /// Stamps of tenants that are not migrated yet and have no trail.
    without_trail: HashSet<String>,
    pub(crate) erased: Erased,
    /// Stamps of tenants that have all that this program knows and more, with what of it is younger
    /// than all of that.
    pub(crate) ahead: RwLock<HashMap<String, Vec<String>>>,
    /// When this machine's clock and the database's agreed last.
    pub(crate) clocks_agreed: crate::clocks_agreed::Agreed,
    connections: usize,
    /// All cells are logins of one server. A line for each would have more of its processes at work than
    /// it has processors: with two cells, the slowest of a hundred pages took 1.3 times as long.
    at_work: Arc<Semaphore>,
    pub(crate) cells: RwLock<HashMap<i32, Arc<Cell>>>,
}

/// What a store is made of: the way its tables came to be, and whose they are.
#[derive(Clone)]
pub struct Schema {
    /// The two lists of migrations.
    pub migrations: Migrations,
    /// All tables of the catalogue, those that others refer to first. Erasing reaches no table that is
    /// not among them.
    pub tables: Vec<CatalogTable>,
    /// The tables of tenants whose changes the audit trail tells.
    pub audited: Vec<AuditedTable>,
    /// What each plan grants.
    pub plans: Arc<Plans>,
}

/// Everything that is kept, on either store. Cheap to clone.
#[derive(Clone)]
pub struct Store(pub(crate) Arc<Inner>);

impl Store {
    /// Opens a store that [`crate::prepare`] has made.
    pub async fn open(config: &Config, schema: Schema) -> anyhow::Result<Self> {
        let Schema { migrations, tables, audited, plans } = schema;
        let problems = migrations.problems();
        anyhow::ensure!(problems.is_empty(), "migrations: {}", problems.join("; "));
        let told = tables.iter().filter_map(|table| table.audited.clone()).collect();
        let told = Arc::new(Trail::new(told));
        let (catalog, place) = match &config.store {
            StoreConfig::Embedded => {
                let data_dir = config.data_dir.clone();
                let path = setup::catalog_path(&data_dir);
                anyhow::ensure!(
                    path.exists(),
                    "there is no store in {}: run `groundwork migrate`",
                    data_dir.display()
                );
                let file = sqlite::File::new(&path, 4, |connection| async { Ok(connection) });
                (CatalogDb::sqlite(file, told), Place::Embedded { data_dir })
            }
            StoreConfig::Postgres { url, owner_url, pooled } => {
                let logins = Logins::new(config, url, owner_url.as_ref(), *pooled)?;
                let installation = installation(&logins).await?;
                let login = logins.catalog(&installation);
                let catalog = CatalogDb::postgres(login.pool(4), login.pooled, told);
                let owners = logins.owner.pool(OWNERS);
                (catalog, Place::Postgres { logins: Box::new(logins), owners, installation })
            }
        };
        let changes = Changes::new(catalog.clone());
        let directory = Directory::new(catalog.clone(), &changes, config.origins());
        let store = Self(Arc::new(Inner {
            catalog,
            changes,
            directory,
            origins: config.origins(),
            place,
            migrations,
            tables,
            trail: Arc::new(Trail::new(audited)),
            plans,
            without_trail: stamps_without_trail(&migrations),
            erased: Erased::of(&config.data_dir),
            ahead: RwLock::default(),
            clocks_agreed: crate::clocks_agreed::Agreed::default(),
            connections: config.connections,
            at_work: Arc::new(Semaphore::new(config.connections)),
            cells: RwLock::default(),
        }));
        store.check_access().await?;
        Ok(store)
    }

    /// The shared database.
    pub fn catalog(&self) -> &CatalogDb {
        &self.0.catalog
    }

    /// The sequence that caches follow.
    pub fn changes(&self) -> &Changes {
        &self.0.changes
    }

    /// What each plan grants.
    pub fn plans(&self) -> &Arc<Plans> {
        &self.0.plans
    }

    /// Which tenant answers where.
    pub fn directory(&self) -> &Directory {
        &self.0.directory
    }

    /// The tenant of a row of the catalogue.
    pub fn tenant(&self, row: catalog::tenant::Model) -> Arc<Tenant> {
        Arc::new(Tenant::of(row, &self.0.origins))
    }

    /// Deletes what the catalogue holds about a person, and the person. What workspaces hold of them is
    /// theirs to delete, before.
    pub async fn erase_user(&self, tx: &CatalogTx, user: UserId, email: &str) -> Result<(), DbErr> {
        catalog_table::erase_user(&self.0.tables, tx, user, email).await
    }

    /// The addresses of the sites.
    pub fn origins(&self) -> &Origins {
        &self.0.origins
    }

    /// Which database this is.
    pub fn backend(&self) -> DbBackend {
        self.0.catalog.get_database_backend()
    }

    /// One unit of work for one tenant. Nothing is opened before its first query.
    pub async fn tenant_db(&self, tenant: Arc<Tenant>, mode: Mode) -> anyhow::Result<TenantDb> {
        let cell = self.cell(tenant.cell).await?;
        let shared = self.shared_by_units(&tenant);
        Ok(TenantDb::new(tenant, mode, cell, shared, None))
    }

    /// The unit of work of a job. Its first write says that the job was done; where that stands
    /// already, every query fails and [`TenantDb::is_repeated`] says why.
    pub async fn job_db(&self, tenant: Arc<Tenant>, job: Uuid) -> anyhow::Result<TenantDb> {
        let cell = self.cell(tenant.cell).await?;
        let shared = self.shared_by_units(&tenant);
        Ok(TenantDb::new(tenant, Mode::Write, cell, shared, Some(job)))
    }

    /// What every unit of work of this store shares.
    fn shared_by_units(&self, tenant: &Tenant) -> SharedByUnits {
        let (wake, trail) = (self.outbox_signal().clone(), self.trail(tenant));
        SharedByUnits { wake, trail, plans: self.0.plans.clone() }
    }

    /// What is told of a tenant: nothing, as long as its schema waits for the table of the trail.
    pub(crate) fn trail(&self, tenant: &Tenant) -> Arc<Trail> {
        match self.0.without_trail.contains(&tenant.stamp) {
            true => Arc::default(),
            false => self.0.trail.clone(),
        }
    }

    /// Wakes the relay and the workers of this process when rows were added to an outbox.
    pub fn outbox_signal(&self) -> &Arc<Wake> {
        self.0.catalog.wake()
    }

    /// Runs `work` as one unit of work: kept when it succeeds.
    pub async fn write_in<T, F, Fut>(&self, tenant: Arc<Tenant>, work: F) -> core_base::Result<T>
    where
        F: FnOnce(TenantDb) -> Fut,
        Fut: Future<Output = core_base::Result<T>>,
    {
        let db = self.tenant_db(tenant, Mode::Write).await?;
        let done = work(db.clone()).await;
        db.finish(done.is_ok()).await?;
        done
    }

    /// Runs `work` as one reading unit of work: the database refuses writes.
    pub async fn read_in<T, F, Fut>(&self, tenant: Arc<Tenant>, work: F) -> core_base::Result<T>
    where
        F: FnOnce(TenantDb) -> Fut,
        Fut: Future<Output = core_base::Result<T>>,
    {
        let db = self.tenant_db(tenant, Mode::Read).await?;
        let done = work(db.clone()).await;
        db.finish(false).await?;
        done
    }

    /// The installation's id, which is in the names of its roles; on PostgreSQL alone.
    pub(crate) fn installation(&self) -> Option<&str> {
        match &self.0.place {
            Place::Embedded { .. } => None,
            Place::Postgres { installation, .. } => Some(installation),
        }
    }

    /// Can the catalogue be read right now?
    pub async fn ping(&self) -> anyhow::Result<()> {
        meta::Entity::find_by_id("installation".to_owned()).one(&self.0.catalog).await?;
        Ok(())
    }

    pub(crate) async fn cell(&self, id: i32) -> anyhow::Result<Arc<Cell>> {
        if let Some(cell) = self.0.cells.read().expect("nothing panics in it").get(&id) {
            return Ok(cell.clone());
        }
        let row = cell::Entity::find_by_id(id).one(&self.0.catalog).await?;
        let row = row.with_context(|| format!("there is no cell {id}"))?;
        let cell = Arc::new(match &self.0.place {
            Place::Embedded { data_dir } => Cell::sqlite(&setup::cell_dir(data_dir)),
            Place::Postgres { logins, installation, .. } => {
                let login = logins.ours(&row.login);
                let pool = login.pool_in_line(&self.0.at_work, self.0.connections);
                Cell::postgres(pool, login.pooled, installation)
            }
        });
        // Two requests may get here at once; both must then use the same pool.
        let mut cells = self.0.cells.write().expect("nothing panics in it");
        Ok(cells.entry(id).or_insert(cell).clone())
    }

    async fn check_access(&self) -> anyhow::Result<()> {
        self.ping().await.context(match self.0.place {
            Place::Embedded { .. } => "the catalogue cannot be read: run `groundwork migrate`",
            Place::Postgres { .. } => {
                "the catalogue cannot be read (was SECRET_KEY changed?): run `groundwork migrate`"
            }
        })
    }
}

/// What a schema is called at each step before the trail's last one. A list without it has no trail at all.
fn stamps_without_trail(migrations: &Migrations) -> HashSet<String> {
    let names: Vec<_> = migrations.tenant.iter().map(|one| one.name).collect();
    let trail = names.iter().rposition(|name| name.ends_with("_audit"));
    (0..=trail.unwrap_or(names.len())).map(|step| stamp(names[..step].iter().copied())).collect()
}

async fn installation(logins: &Logins) -> anyhow::Result<String> {
    use sqlx::{Connection, Executor, Row};
    let mut connection = logins.first().await?;
    let row = connection
        .fetch_one(sqlx::raw_sql("SELECT value FROM catalog.meta WHERE name = 'installation'"))
        .await
        .map_err(|error| {
            anyhow::anyhow!(
                "there is no catalogue in this database yet ({error}): run `groundwork migrate`"
            )
        })?;
    let installation = row.try_get(0)?;
    connection.close().await?;
    Ok(installation)
}
