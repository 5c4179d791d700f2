//! What comes into being together with a tenant: its first rows, and what the catalogue says of them.

use async_trait::async_trait;
use core_base::{Result, TenantId};

use crate::{catalog_db::CatalogTx, tenant_db::TenantDb};

/// Takes part in each of the three steps in which a tenant is made. What a kill leaves between them
/// is undone as a whole, so nothing here needs to be able to go on.
#[async_trait]
pub trait TenantCreation: Send + Sync {
    /// In the catalogue, in the transaction that reserves the tenant. What is written here must go
    /// with the tenant's row.
    async fn reserve(&self, _catalog: &CatalogTx, _tenant: TenantId) -> Result<()> {
        Ok(())
    }

    /// In the tenant, in the transaction that makes it: no tenant is ever seen without these rows.
    async fn first(&self, _db: &TenantDb) -> Result<()> {
        Ok(())
    }

    /// In the catalogue, in the transaction that opens the tenant.
    async fn confirm(&self, _catalog: &CatalogTx, _tenant: TenantId) -> Result<()> {
        Ok(())
    }
}

/// A tenant and nothing more.
impl TenantCreation for () {}
