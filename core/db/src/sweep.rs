//! Signs of life, and what is done when they are missing: half-made tenants are undone, half-erased
//! ones finished.

use core_base::TenantId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sqlx::{Executor, PgConnection, Row};

use crate::{
    catalog::tenant::{self, Status},
    file_lock::{FileLock, remove_left_locks},
    pool::Lease,
    store::{Place, Store},
};

/// Held while a tenant is made or erased. If nobody holds it, its maker is dead.
pub(crate) enum ProvisioningLock {
    Embedded(FileLock),
    Postgres(Lease<PgConnection>),
}

impl ProvisioningLock {
    /// The owner's connection that holds the lock, for the work itself.
    pub(crate) fn owner(&mut self) -> Option<&mut Lease<PgConnection>> {
        match self {
            Self::Embedded(_) => None,
            Self::Postgres(lease) => Some(lease),
        }
    }

    /// Gives the lock back, so that the connection can be used again.
    pub(crate) async fn release(self) -> anyhow::Result<()> {
        if let Self::Postgres(mut lease) = self {
            (&mut *lease).execute(sqlx::raw_sql("SELECT pg_advisory_unlock_all()")).await?;
            lease.mark_clean();
        }
        Ok(())
    }
}

fn sweep_or_log(slug: &str, done: anyhow::Result<()>) -> bool {
    if let Err(error) = &done {
        tracing::error!(slug, "a workspace is stuck, to be tried again: {error:#}");
    }
    done.is_ok()
}

impl Store {
    /// Takes a tenant's sign of life; `None` when somebody else is at work on it.
    pub(crate) async fn life(&self, tenant: TenantId) -> anyhow::Result<Option<ProvisioningLock>> {
        match &self.0.place {
            Place::Embedded { data_dir } => {
                let path = data_dir.join(format!(".{}.lock", tenant.schema()));
                Ok(FileLock::attempt(&path)?.map(|lock| ProvisioningLock::Embedded(lock.removed())))
            }
            Place::Postgres { owners, .. } => {
                let mut lease = owners.acquire().await?;
                // Never handed back to the pool with the lock: only `release` calls it clean.
                lease.mark_dirty();
                let key = tenant.0.as_u64_pair().1.cast_signed();
                let sql = format!("SELECT pg_try_advisory_lock({key})");
                let query = sqlx::raw_sql(sqlx::AssertSqlSafe(sql));
                let row = (&mut *lease).fetch_one(query).await?;
                if row.try_get::<bool, _>(0)? {
                    return Ok(Some(ProvisioningLock::Postgres(lease)));
                }
                lease.mark_clean();
                Ok(None)
            }
        }
    }

    /// Undoes and finishes what was left half done by a process that died. What one of them fails by is
    /// said and written down, and holds up nobody else. Returns how many.
    pub async fn sweep(&self) -> anyhow::Result<usize> {
        let half = tenant::Entity::find()
            .filter(tenant::Column::Status.is_in([Status::Provisioning, Status::Deleting]))
            .all(self.catalog())
            .await?;
        let mut swept = 0;
        for row in half {
            let id = row.id;
            let Some(life) = self.life(id).await? else { continue };
            // It may have been finished between the look and the lock.
            let now = tenant::Entity::find_by_id(row.id).one(self.catalog()).await?;
            match now.map(|now| now.status) {
                Some(Status::Provisioning) => {
                    tracing::warn!(slug = row.slug, "undoing a workspace that was never finished");
                    swept += usize::from(sweep_or_log(&row.slug, self.undo(id, life).await));
                }
                Some(Status::Deleting) => {
                    tracing::warn!(slug = row.slug, "finishing the deletion of a workspace");
                    swept += usize::from(sweep_or_log(&row.slug, self.erase(id, life).await));
                }
                _ => life.release().await?,
            }
        }
        if let Place::Embedded { data_dir } = &self.0.place {
            remove_left_locks(data_dir)?;
        }
        Ok(swept)
    }
}
