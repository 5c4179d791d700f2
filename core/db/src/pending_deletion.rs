//! Workspaces on their way out: shut at once, erased after a while, kept if an owner changes their mind.

use chrono::{DateTime, TimeDelta, Utc};
use core_base::{Result, clock};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    catalog::tenant::{self, Status},
    catalog_db::CatalogTx,
    changes::Changes,
    store::Store,
    tenant::Tenant,
    tenant_rows,
};

/// How long an owner can undo the deletion.
pub const DELETION_GRACE: TimeDelta = TimeDelta::days(30);

impl Store {
    /// Shuts an open workspace, which is erased after [`DELETION_GRACE`], together with what else is written in
    /// `tx`. `false`: it isn't open, and nothing was written.
    pub async fn schedule_deletion(&self, tx: CatalogTx, tenant: &Tenant) -> Result<bool> {
        let erase_at = Some(clock::now() + DELETION_GRACE);
        self.transition_status(tx, tenant, Status::Active, Status::PendingDeletion, erase_at).await
    }

    /// Opens a workspace again that was on its way out. `false`: it isn't, or no longer.
    pub async fn cancel_deletion(&self, tenant: &Tenant) -> Result<bool> {
        let tx = self.catalog().begin().await?;
        self.transition_status(tx, tenant, Status::PendingDeletion, Status::Active, None).await
    }

    /// Erases every workspace whose time has come. What fails is tried again the next time. Returns
    /// how many it erased.
    pub async fn erase_due(&self) -> Result<usize> {
        let due = tenant::Entity::find()
            .filter(tenant::Column::Status.eq(Status::PendingDeletion))
            .filter(tenant::Column::EraseAt.lte(clock::now()))
            .all(self.catalog())
            .await?;
        let mut erased = 0;
        for row in due {
            let tenant = self.tenant(row);
            match self.erase_one(&tenant).await {
                Ok(done) => erased += usize::from(done),
                Err(error) => {
                    let error = error.into_anyhow();
                    tracing::error!(slug = tenant.slug, "erasing a workspace: {error:#}");
                }
            }
        }
        Ok(erased)
    }

    async fn erase_one(&self, tenant: &Tenant) -> Result<bool> {
        let Some(life) = self.life(tenant.id).await? else { return Ok(false) };
        // An owner may have kept it since it was found.
        let tx = self.catalog().begin().await?;
        if !self
            .transition_status(
                tx,
                tenant,
                Status::PendingDeletion,
                Status::Deleting,
                tenant.erase_at,
            )
            .await?
        {
            life.release().await?;
            return Ok(false);
        }
        tracing::warn!(slug = tenant.slug, "erasing a workspace that was deleted by its owner");
        self.erase(tenant.id, life).await?;
        self.changes().notify("tenant", &tenant.slug);
        Ok(true)
    }

    /// From one state to another, if it still is in the first one.
    async fn transition_status(
        &self,
        tx: CatalogTx,
        tenant: &Tenant,
        from: Status,
        to: Status,
        erase_at: Option<DateTime<Utc>>,
    ) -> Result<bool> {
        let id = tenant.id;
        let turned = tenant::Entity::update_many()
            .col_expr(tenant::Column::Status, Expr::value(to.as_str()))
            .col_expr(tenant::Column::EraseAt, Expr::value(erase_at))
            .filter(tenant::Column::Id.eq(id))
            .filter(tenant::Column::Status.eq(from))
            .exec(&tx)
            .await?;
        if turned.rows_affected == 0 {
            return Ok(false);
        }
        if to == Status::Active {
            tenant_rows::wake_jobs(&tx, &[id]).await?;
        }
        Changes::record(&tx, "tenant", &tenant.slug).await?;
        tx.commit().await?;
        self.changes().notify("tenant", &tenant.slug);
        Ok(true)
    }
}
