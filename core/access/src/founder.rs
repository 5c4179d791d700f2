//! A tenant's first member.

use async_trait::async_trait;
use core_base::{Result, TenantId};
use core_db::{CatalogTx, Founding, TenantDb};

use crate::{NewMember, member::insert_member, memberships};

/// Makes a person the first member of a new tenant, in its own steps.
pub struct Founder(pub NewMember);

#[async_trait]
impl Founding for Founder {
    async fn reserve(&self, catalog: &CatalogTx, tenant: TenantId) -> Result<()> {
        memberships::reserve(catalog, self.0.user, tenant).await
    }

    async fn first(&self, db: &TenantDb) -> Result<()> {
        insert_member(db, self.0.clone()).await.map(drop)
    }

    async fn confirm(&self, catalog: &CatalogTx, tenant: TenantId) -> Result<()> {
        memberships::activate(catalog, self.0.user, tenant).await
    }
}
