//! The index of where a person belongs; it never grants anything.

use core_base::{TenantId, UserId};
use core_db::{Audit, CatalogEntity, OnErase, OwnedBy, Ownership};
use sea_orm::entity::prelude::*;

/// A person belongs to a tenant.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "memberships")]
pub struct Model {
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    /// `reserved` before the tenant's own row is committed, `active` after, `leaving` before it is
    /// deleted.
    pub state: String,
    /// Since when, UTC.
    pub created_at: DateTimeUtc,
    /// When the person last went there, UTC.
    pub used_at: Option<DateTimeUtc>,
}

impl CatalogEntity for Entity {
    fn ownership() -> Ownership<Self> {
        Ownership::tenant(Column::TenantId, OnErase::Delete).and(
            OwnedBy::User,
            Column::UserId,
            OnErase::Delete,
        )
    }

    fn audit() -> Audit<Self> {
        Audit::of("membership").without([Column::UsedAt])
    }
}

impl ActiveModelBehavior for ActiveModel {}
