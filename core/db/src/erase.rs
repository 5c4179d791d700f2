//! Taking tenants away: those that were never finished, and those that are to be erased.

use std::fs;

use anyhow::Context;
use core_base::TenantId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use sqlx::{Executor, PgConnection, postgres::PgDatabaseError};

use crate::{
    catalog::tenant::{self, Status},
    cell::{file_path, role},
    changes::Changes,
    postgres::{self, quote},
    provision::half_path,
    setup,
    store::{Place, Store},
    sweep::ProvisioningLock,
    tenant_rows,
};

impl Store {
    /// Takes back a tenant that was never finished: nothing of it stays, not even the address.
    pub(crate) async fn undo(&self, id: TenantId, life: ProvisioningLock) -> anyhow::Result<()> {
        let done = self.undo_all(id, life).await;
        self.note_stuck(id, done).await
    }

    async fn undo_all(&self, id: TenantId, mut life: ProvisioningLock) -> anyhow::Result<()> {
        self.remove_data(id, &mut life).await?;
        let tx = self.catalog().begin().await?;
        tenant_rows::forget(&self.0.tables, &tx, id, self.installation()).await?;
        tenant::Entity::delete_many()
            .filter(tenant::Column::Id.eq(id))
            .filter(tenant::Column::Status.eq(Status::Provisioning.as_str()))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        life.release().await
    }

    /// Ends a tenant that is marked `deleting`.
    pub(crate) async fn erase(&self, id: TenantId, life: ProvisioningLock) -> anyhow::Result<()> {
        let done = self.erase_all(id, life).await;
        self.note_stuck(id, done).await
    }

    async fn erase_all(&self, id: TenantId, mut life: ProvisioningLock) -> anyhow::Result<()> {
        self.note_erased(id)?;
        self.remove_data(id, &mut life).await?;
        let row = tenant::Entity::find_by_id(id).one(self.catalog()).await?;
        let tx = self.catalog().begin().await?;
        tenant_rows::forget(&self.0.tables, &tx, id, self.installation()).await?;
        tenant::Entity::update_many()
            .col_expr(tenant::Column::Status, Expr::value(Status::Deleted.as_str()))
            .col_expr(tenant::Column::Name, Expr::value(""))
            .col_expr(tenant::Column::Quarantine, Expr::value(""))
            .filter(tenant::Column::Id.eq(id))
            .exec(&tx)
            .await?;
        if let Some(row) = row {
            Changes::record(&tx, "tenant", &row.slug).await?;
        }
        Changes::record(&tx, "session", "*").await?;
        tx.commit().await?;
        self.changes().notify("session", "*");
        life.release().await
    }

    async fn remove_data(&self, id: TenantId, life: &mut ProvisioningLock) -> anyhow::Result<()> {
        match &self.0.place {
            Place::Embedded { data_dir } => {
                let dir = setup::cell_dir(data_dir);
                let file = file_path(&dir, id);
                if let Some(row) = tenant::Entity::find_by_id(id).one(self.catalog()).await? {
                    self.cell(row.cell_id).await?.forget(id);
                }
                for ending in ["", "-wal", "-shm", "-journal"] {
                    for path in [&file, &half_path(&dir, id)] {
                        let path = format!("{}{ending}", path.display());
                        match fs::remove_file(&path) {
                            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                                return Err(error).context(path);
                            }
                            _ => {}
                        }
                    }
                }
            }
            Place::Postgres { installation, .. } => {
                let lease = life.owner().context("the sign of life is on PostgreSQL")?;
                let name = id.schema();
                let (schema, role_name) = (quote(&name), role(installation, &name));
                let drop_schema =
                    format!("SET lock_timeout TO '5s'; DROP SCHEMA IF EXISTS {schema} CASCADE");
                postgres::simple(lease, &drop_schema).await?;
                drop_role(lease, &role_name).await?;
            }
        }
        Ok(())
    }
}

impl Store {
    /// On PostgreSQL a process may have no directory of its own to write to: then it is said.
    pub(crate) fn note_erased(&self, tenant: TenantId) -> anyhow::Result<()> {
        match (self.0.erased.note(tenant), &self.0.place) {
            (Err(error), Place::Postgres { .. }) => {
                tracing::warn!(%tenant, "an old backup would bring this workspace back: {error:#}");
                Ok(())
            }
            (done, _) => done,
        }
    }

    /// Erases again what was erased before an old backup came back. Returns how many.
    pub async fn erase_again(&self) -> anyhow::Result<usize> {
        let known = self.0.erased.read()?;
        let mut again = 0;
        let back = tenant::Entity::find().filter(tenant::Column::Status.is_in(Status::WHOLE));
        for row in back.all(self.catalog()).await? {
            if known.contains(&row.id) {
                tracing::warn!(slug = row.slug, "erasing a workspace that a backup brought back");
                let tenant = self.tenant(row);
                match self.delete_tenant(&tenant).await.map_err(core_base::Error::into_anyhow) {
                    Ok(()) => again += 1,
                    Err(error) => tracing::error!(slug = tenant.slug, "erasing it: {error:#}"),
                }
            }
        }
        Ok(again)
    }
}

/// A role goes only when it owns nothing and was given nothing, and people may have given it something
/// by hand. Whoever may make roles is not always a superuser, so the owner joins the role first.
async fn drop_role(owner: &mut PgConnection, name: &str) -> anyhow::Result<()> {
    let exists = sqlx::query("SELECT 1 FROM pg_roles WHERE rolname = $1").bind(name);
    if owner.fetch_optional(exists).await?.is_none() {
        return Ok(());
    }
    let role = quote(name);
    let text = format!(
        "BEGIN; GRANT {role} TO CURRENT_USER; DROP OWNED BY {role} CASCADE; COMMIT; DROP ROLE {role}"
    );
    postgres::simple(owner, &text).await.map_err(with_detail)
}

/// What is in the way stands in the detail.
fn with_detail(error: sqlx::Error) -> anyhow::Error {
    let said = error.as_database_error().and_then(|error| {
        Some(error.try_downcast_ref::<PgDatabaseError>()?.detail()?.replace('\n', "; "))
    });
    match said {
        Some(detail) => anyhow::anyhow!("{error} ({detail})"),
        None => error.into(),
    }
}
