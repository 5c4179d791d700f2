//! Work in a tenant's schema or file that its own role may not do: what it was given, and what goes from
//! its trail.

use std::sync::Arc;

use anyhow::Context;
use core_base::{Error, Result};
use sqlx::PgConnection;

use crate::{
    CatalogTx,
    mode::Mode,
    pool::{Pool, Work},
    postgres,
    sqlite::Use,
    statement::Target,
    store::{Place, Store},
    tenant::Tenant,
    tenant_db::TenantDb,
    tx::{Body, Tx, begin_error},
};

/// What refuses changes in a file, in its own words.
const TRIGGERS: &str = "SELECT sql FROM sqlite_master WHERE type = 'trigger' \
    AND name IN ('audit_entries_no_update', 'audit_entries_no_delete')";
const WITHOUT_TRIGGERS: &str = "DROP TRIGGER IF EXISTS audit_entries_no_update; \
    DROP TRIGGER IF EXISTS audit_entries_no_delete";

impl Store {
    /// Runs `work` in one transaction of the owner's of a tenant's tables: for what the tenant's own role
    /// can read and not change.
    pub async fn write_as_owner<T, F, Fut>(&self, tenant: &Arc<Tenant>, work: F) -> Result<T>
    where
        F: FnOnce(TenantDb) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        self.as_owner(tenant, false, work).await
    }

    /// The same for a tenant's trail. What refuses changes in a SQLite file is taken away and put back in
    /// that transaction, so nobody else ever sees the file without.
    pub(crate) async fn on_trail<T, F, Fut>(&self, tenant: &Arc<Tenant>, work: F) -> Result<T>
    where
        F: FnOnce(TenantDb) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        self.as_owner(tenant, true, work).await
    }

    /// Reads the catalogue's own trail, at one moment whatever is done meanwhile.
    pub async fn read_catalog_trail<T: Send>(
        &self,
        work: impl for<'a> FnOnce(&'a CatalogTx) -> Work<'a, Result<T>> + Send,
    ) -> Result<T> {
        let tx = match &self.0.place {
            Place::Postgres { owners, .. } => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
                self.owners_catalog_tx(owners, begin).await?
            }
            Place::Embedded { .. } => self.catalog().begin_in_file(Use::Read).await?,
        };
        let done = work(&tx).await;
        tx.into_tx().await?.rollback().await?;
        done
    }

    /// As [`on_trail`](Self::on_trail), for the catalogue's own.
    pub(crate) async fn on_catalog_trail<T: Send>(
        &self,
        work: impl for<'a> FnOnce(&'a CatalogTx) -> Work<'a, Result<T>> + Send,
    ) -> Result<T> {
        let mut triggers = vec![];
        let tx = match &self.0.place {
            Place::Postgres { owners, .. } => self.owners_catalog_tx(owners, "BEGIN").await?,
            Place::Embedded { .. } => {
                let tx = self.catalog().begin_in_file(Use::Write).await?;
                let mut file = tx.tx().await?;
                triggers = file.texts(TRIGGERS).await?;
                file.say(WITHOUT_TRIGGERS).await?;
                drop(file);
                tx
            }
        };
        // Dropped, and so undone, where it fails.
        let done = work(&tx).await?;
        let mut tx = tx.into_tx().await?;
        if !triggers.is_empty() {
            tx.say(&triggers.join("; ")).await.context("putting the triggers back")?;
        }
        tx.commit().await?;
        Ok(done)
    }

    async fn owners_catalog_tx(
        &self,
        owners: &Pool<PgConnection>,
        begin: &str,
    ) -> Result<CatalogTx> {
        let lease = postgres::begin(owners, begin).await.map_err(begin_error)?;
        let tx = Tx::new(Body::Postgres(lease), Target::catalog_trail(), false);
        let (wake, trail) = (self.outbox_signal().clone(), self.catalog().trail().clone());
        Ok(CatalogTx::around(tx, wake, trail))
    }

    async fn as_owner<T, F, Fut>(&self, tenant: &Arc<Tenant>, on_trail: bool, work: F) -> Result<T>
    where
        F: FnOnce(TenantDb) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        let cell = self.cell(tenant.cell).await?;
        let mut triggers = vec![];
        let tx = match &self.0.place {
            Place::Postgres { owners, .. } => {
                let lease = postgres::begin(owners, "BEGIN").await.map_err(begin_error)?;
                let target = Target::tenant(&tenant.id.schema(), &tenant.stamp);
                Tx::new(Body::Postgres(lease), target, false)
            }
            Place::Embedded { .. } => {
                let mode = if on_trail { Mode::Bulk } else { Mode::Write };
                let mut tx = cell.begin(tenant, mode).await?;
                if on_trail {
                    triggers = tx.texts(TRIGGERS).await?;
                    tx.say(WITHOUT_TRIGGERS).await?;
                }
                tx
            }
        };
        let db = TenantDb::around(tenant.clone(), cell, tx, self.trail(tenant));
        let done = match work(db.clone()).await {
            Ok(done) => db.flush().await.map(|()| done).map_err(Error::from),
            Err(error) => Err(error),
        };
        let mut tx = db.into_tx().await?;
        let done = match done {
            Ok(done) => done,
            Err(error) => {
                tx.rollback().await?;
                return Err(error);
            }
        };
        if !triggers.is_empty() {
            tx.say(&triggers.join("; ")).await.context("putting the triggers back")?;
        }
        tx.commit().await?;
        Ok(done)
    }
}
