//! Making and erasing tenants. Catalogue and tenant cannot commit as one, so there are three steps: reserve in the catalogue,
//! commit in the tenant, confirm in the catalogue; a sweeper repairs what a kill leaves between.

use std::{fs, os::unix::fs::PermissionsExt, sync::Arc};

use anyhow::Context;
use core_base::{Error, Result, Slug, TenantId, clock};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait,
    FromQueryResult, QueryFilter, Statement, sea_query::Expr,
};
use sqlx::{Connection, Executor, PgConnection};

use crate::{
    address,
    catalog::tenant::{self, Status},
    catalog_db::CatalogTx,
    cell::{file_path, role},
    changes::Changes,
    founding::TenantCreation,
    interrupt::InterruptibleConnection,
    migration::stamp,
    plan::{Plan, fill},
    pool::{Lease, Pool},
    postgres::{self, quote},
    setup, sqlite,
    statement::Target,
    store::{Place, Store},
    sweep::ProvisioningLock,
    tenant::{SignInPolicy, Tenant},
    tenant_db::TenantDb,
    tenant_rows,
    tx::{Body, Tx},
    unique::OnUnique,
};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// Its slug: the first label of its host.
    pub slug: Slug,
    /// What people call it.
    pub name: String,
    /// Its time zone, by its IANA name.
    pub zone: String,
    /// It was somewhere before, under this id; none: it is new.
    pub id: Option<TenantId>,
    /// What it asks of how its people logged in.
    pub sign_in: SignInPolicy,
}

impl NewTenant {
    /// One that never was, in UTC.
    pub fn new(slug: Slug, name: impl Into<String>) -> Self {
        let (name, zone) = (name.into(), "UTC".to_owned());
        Self { slug, name, zone, id: None, sign_in: SignInPolicy::default() }
    }
}

impl Store {
    /// Makes a tenant with the current schema, and with it what `founding` adds.
    pub async fn create_tenant(
        &self,
        new: NewTenant,
        founding: &dyn TenantCreation,
    ) -> Result<Arc<Tenant>> {
        let id = new.id.unwrap_or_default();
        let Some(life) = self.life(id).await? else {
            return Err(Error::Conflict("Somebody else is making this workspace.".into()));
        };
        let tenant = match self.reserve(id, &new, founding).await {
            Ok(tenant) => Arc::new(tenant),
            Err(error) => {
                life.release().await?;
                return Err(error);
            }
        };
        let (life, built) = self.build(&tenant, life, founding).await;
        let made = match built {
            Ok(()) => self.confirm(&tenant, founding).await,
            Err(error) => Err(error),
        };
        match (made, life) {
            (Ok(()), life) => {
                if let Some(life) = life {
                    life.release().await?;
                }
                Ok(Arc::new(Tenant { status: Status::Active, ..(*tenant).clone() }))
            }
            (Err(error), Some(life)) => {
                self.undo(id, life).await.context("undoing a workspace")?;
                Err(error)
            }
            // The connection is lost, and the sign of life with it: the sweeper undoes the rest.
            (Err(error), None) => Err(error),
        }
    }

    /// Shuts a tenant or opens it again; within a second on every process.
    pub async fn set_status(&self, tenant: &Tenant, status: Status) -> Result<()> {
        let tx = self.catalog().begin().await?;
        note_status(&tx, tenant, status).await?;
        tx.commit().await?;
        self.changes().notify("tenant", &tenant.slug);
        Ok(())
    }

    async fn confirm(&self, tenant: &Tenant, founding: &dyn TenantCreation) -> Result<()> {
        let tx = self.catalog().begin().await?;
        founding.confirm(&tx, tenant.id).await?;
        note_status(&tx, tenant, Status::Active).await?;
        tx.commit().await?;
        self.changes().notify("tenant", &tenant.slug);
        Ok(())
    }

    /// Erases a tenant: schema, role or file, and its memberships. The address stays taken.
    pub async fn delete_tenant(&self, tenant: &Tenant) -> Result<()> {
        let Some(life) = self.life(tenant.id).await? else {
            return Err(Error::Conflict("Somebody else is deleting this workspace.".into()));
        };
        self.set_status(tenant, Status::Deleting).await?;
        self.erase(tenant.id, life).await?;
        self.changes().notify("tenant", &tenant.slug);
        Ok(())
    }

    async fn reserve(
        &self,
        id: TenantId,
        new: &NewTenant,
        founding: &dyn TenantCreation,
    ) -> Result<Tenant> {
        let tx = self.catalog().begin_without_fsync().await?;
        self.refuse_if_overtaken(&tx).await?;
        let row = tenant::ActiveModel {
            id: Set(id),
            slug: Set(new.slug.to_string()),
            name: Set(new.name.clone()),
            cell_id: Set(emptiest_cell(&tx).await?),
            status: Set(Status::Provisioning),
            stamp: Set(stamp(self.0.migrations.tenant.iter().map(|step| step.name))),
            quarantine: Set(String::new()),
            created_at: Set(clock::now()),
            zone: Set(new.zone.clone()),
            erase_at: Set(None),
            two_step_from: Set(new.sign_in.two_step_from),
            session_hours: Set(new.sign_in.session_hours.and_then(|all| i32::try_from(all).ok())),
            plan: Set(String::new()),
        };
        let taken = || Error::Conflict(format!("The address {} is taken.", new.slug));
        let row = row.insert(&tx).on_unique(&tx, address::UNIQUE, taken).await??;
        // Asked after the insert, which waits for whoever is giving this address up right now.
        if address::was_taken(&tx, &new.slug).await? {
            return Err(taken());
        }
        founding.reserve(&tx, id).await?;
        tx.commit().await?;
        Ok(Tenant::of(row, self.origins()))
    }

    /// Builds the tenant's schema or file with its first rows. Gives the sign of life back, unless
    /// the connection that holds it was lost.
    async fn build(
        &self,
        tenant: &Arc<Tenant>,
        life: ProvisioningLock,
        founding: &dyn TenantCreation,
    ) -> (Option<ProvisioningLock>, Result<()>) {
        let (kept, opened) = match life {
            ProvisioningLock::Embedded(lock) => {
                (Some(ProvisioningLock::Embedded(lock)), self.open_file(tenant).await)
            }
            ProvisioningLock::Postgres(lease) => (None, self.open_schema(tenant, lease).await),
        };
        let tx = match opened {
            Ok(tx) => tx,
            Err(error) => return (kept, Err(error.into())),
        };
        let cell = match self.cell(tenant.cell).await {
            Ok(cell) => cell,
            Err(error) => return (kept, Err(error.into())),
        };
        let db = TenantDb::around(tenant.clone(), cell, tx, self.trail(tenant));
        let done = match founding.first(&db).await {
            Ok(()) => db.flush().await.map_err(Error::from),
            Err(error) => Err(error),
        };
        let ended = match db.into_tx().await {
            Ok(tx) if done.is_ok() => tx.commit().await,
            Ok(tx) => tx.rollback().await,
            Err(error) => Err(error),
        };
        match ended {
            Ok(Body::Postgres(mut lease)) => {
                lease.mark_dirty();
                (Some(ProvisioningLock::Postgres(lease)), done)
            }
            Ok(Body::Sqlite(lease)) => {
                // Closed before it is moved: its log lies beside it under the old name.
                let closed = lease.into_link().into_inner().close().await;
                let done = match done.and(closed.map_err(Error::from)) {
                    Ok(()) => self.place_file(tenant).map_err(Error::from),
                    Err(error) => Err(error),
                };
                (kept, done)
            }
            Err(error) => (kept, done.and(Err(error.into()))),
        }
    }

    /// The new schema, in a transaction that is still open, on the connection that holds the lock.
    async fn open_schema(
        &self,
        tenant: &Tenant,
        mut lease: Lease<PgConnection>,
    ) -> anyhow::Result<Tx> {
        let Place::Postgres { installation, .. } = &self.0.place else {
            anyhow::bail!("not on PostgreSQL");
        };
        let script = self.new_schema(tenant, installation).await?;
        postgres::simple(&mut lease, &script).await?;
        let target = Target::tenant(&tenant.id.schema(), &tenant.stamp);
        Ok(Tx::new(Body::Postgres(lease), target, true))
    }

    /// The new file beside its later place, in a transaction that is still open.
    async fn open_file(&self, tenant: &Tenant) -> anyhow::Result<Tx> {
        let Place::Embedded { data_dir } = &self.0.place else { anyhow::bail!("not embedded") };
        let template = setup::template(data_dir, self.0.migrations.tenant).await?;
        let half = half_path(&setup::cell_dir(data_dir), tenant.id);
        fs::copy(&template, &half).context("copying the template")?;
        let pool = Pool::new(1, move || {
            let half = half.clone();
            async move { InterruptibleConnection::new(sqlite::connect_maintenance(&half).await?).await }
        });
        let mut lease = pool.acquire().await?;
        lease.mark_dirty();
        (&mut **lease).execute("BEGIN IMMEDIATE").await?;
        let stamp = sqlx::query("INSERT INTO _meta (tenant_id, stamp) VALUES (?, ?)")
            .bind(tenant.id.0)
            .bind(tenant.stamp.clone());
        (&mut **lease).execute(stamp).await?;
        Ok(Tx::new(Body::Sqlite(lease), Target::file(), true))
    }

    /// Moves the finished file to its place.
    fn place_file(&self, tenant: &Tenant) -> anyhow::Result<()> {
        let Place::Embedded { data_dir } = &self.0.place else { anyhow::bail!("not embedded") };
        let dir = setup::cell_dir(data_dir);
        let half = half_path(&dir, tenant.id);
        let log = half.with_extension("new-wal");
        anyhow::ensure!(!log.exists(), "{} still holds rows of the new file", log.display());
        fs::set_permissions(&half, fs::Permissions::from_mode(0o600))?;
        let file = fs::File::open(&half)?;
        fs::rename(&half, file_path(&dir, tenant.id)).context("moving the new file")?;
        // Nobody opens it before the catalogue says so, so that both may reach the disk together.
        file.sync_all()?;
        fs::File::open(&dir)?.sync_all()?;
        Ok(())
    }

    /// Everything a new tenant is, up to but without the COMMIT, as one script.
    async fn new_schema(&self, tenant: &Tenant, installation: &str) -> anyhow::Result<String> {
        let plan = Plan::new(DbBackend::Postgres, self.0.migrations.tenant, &[], true)?;
        let script = plan.as_one().context("a new tenant has no data steps")?;
        let name = tenant.id.schema();
        let (schema, role) = (quote(&name), quote(&role(installation, &name)));
        let login = crate::catalog::cell::Entity::find_by_id(tenant.cell)
            .one(self.catalog())
            .await?
            .context("the cell is gone")?
            .login;
        Ok(format!(
            "BEGIN; CREATE ROLE {role} NOLOGIN NOINHERIT; CREATE SCHEMA {schema};
             SET LOCAL search_path TO {schema}, pg_temp;
             {tables}{script}
             INSERT INTO _meta VALUES ('{id}', '{stamp}');
             GRANT USAGE ON SCHEMA {schema} TO {role}; GRANT SELECT ON {schema}._meta TO {role};
             GRANT {role} TO {login}",
            tables = setup::tenant_tables(DbBackend::Postgres),
            script = fill(script, &schema, &role),
            id = tenant.id,
            stamp = tenant.stamp,
            login = quote(&login),
        ))
    }
}

async fn emptiest_cell(catalog: &CatalogTx) -> Result<i32> {
    #[derive(FromQueryResult)]
    struct Emptiest {
        id: i32,
    }
    let backend = catalog.get_database_backend();
    // The one place where two tables of the catalogue are grouped: plain SQL reads better.
    let sql = "SELECT c.id AS id FROM \"catalog\".cells c
         LEFT JOIN \"catalog\".tenants t ON t.cell_id = c.id AND t.status <> 'deleted'
         GROUP BY c.id, c.capacity HAVING count(t.id) < c.capacity
         ORDER BY count(t.id), c.id LIMIT 1";
    let row = catalog.query_one_raw(Statement::from_string(backend, sql)).await?;
    let row = row.ok_or_else(|| {
        Error::Unavailable("All cells are full: an operator must run `cell add`.".into())
    })?;
    Ok(Emptiest::from_query_result(&row, "")?.id)
}

async fn note_status(catalog: &CatalogTx, tenant: &Tenant, status: Status) -> Result<()> {
    let erase_at = (status == Status::Deleting).then(clock::now);
    tenant::Entity::update_many()
        .col_expr(tenant::Column::Status, Expr::value(status.as_str()))
        .col_expr(tenant::Column::EraseAt, Expr::value(erase_at))
        .filter(tenant::Column::Id.eq(tenant.id))
        .exec(catalog)
        .await?;
    // What is new has left no jobs.
    if status == Status::Active && tenant.status != Status::Provisioning {
        tenant_rows::wake_jobs(catalog, &[tenant.id]).await?;
    }
    Changes::record(catalog, "tenant", &tenant.slug).await?;
    Ok(())
}

pub(crate) fn half_path(dir: &std::path::Path, id: TenantId) -> std::path::PathBuf {
    dir.join(format!("{}.new", id.schema()))
}
