//! A tenant's first member.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::TimeDelta;
use core_base::{Result, Slug, TenantId, UserId, clock};
use core_db::{CatalogTx, Status, Store, Tenant, TenantCreation, TenantDb, catalog::tenant};
use sea_orm::{ColumnTrait, QueryFilter};

use crate::{NewMember, entity::membership, member::insert_member, memberships};

/// A form that comes again this soon was sent twice.
const RESUBMIT_WINDOW: TimeDelta = TimeDelta::minutes(10);

/// Makes a person the first member of a new tenant, in its own steps.
pub struct InitialOwner(pub NewMember);

#[async_trait]
impl TenantCreation for InitialOwner {
    async fn reserve(&self, catalog: &CatalogTx, tenant: TenantId) -> Result<()> {
        memberships::reserve_membership(catalog, self.0.user, tenant).await
    }

    async fn first(&self, db: &TenantDb) -> Result<()> {
        insert_member(db, self.0.clone()).await.map(drop)
    }

    async fn confirm(&self, catalog: &CatalogTx, tenant: TenantId) -> Result<()> {
        memberships::activate(catalog, self.0.user, tenant).await
    }
}

/// The workspace that this person made just now, or is making: where the same form leads when it is
/// sent twice. Waits until it is finished.
pub async fn just_founded(
    store: &Store,
    user: UserId,
    slug: &Slug,
    name: &str,
) -> Result<Option<Arc<Tenant>>> {
    let catalog = store.catalog();
    for _ in 0..100 {
        let made = catalog
            .find::<tenant::Entity>()
            .filter(tenant::Column::Slug.eq(slug.as_str()))
            .filter(tenant::Column::Name.eq(name))
            .filter(tenant::Column::CreatedAt.gt(clock::now() - RESUBMIT_WINDOW))
            .one(catalog)
            .await?;
        let Some(made) = made else { return Ok(None) };
        let mine = catalog
            .find::<membership::Entity>()
            .filter(membership::Column::UserId.eq(user))
            .filter(membership::Column::TenantId.eq(made.id));
        if mine.one(catalog).await?.is_none() {
            return Ok(None);
        }
        match made.status {
            Status::Active => return Ok(Some(store.tenant(made))),
            Status::Provisioning => tokio::time::sleep(Duration::from_millis(50)).await,
            _ => return Ok(None),
        }
    }
    Ok(None)
}
