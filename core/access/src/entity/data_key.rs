//! The table of the keys that encrypted columns are read with.

use core_base::TenantId;
use core_db::{Audit, CatalogEntity, OnErase, Ownership};
use sea_orm::entity::prelude::*;

/// A key, wrapped by a master key that the database never sees.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "data_keys")]
pub struct Model {
    /// Stands before each value that it encrypted.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The workspace whose values it encrypts; none: the catalogue's. With the workspace it is erased, and
    /// what it encrypted is lost in backups too.
    pub tenant_id: Option<TenantId>,
    /// `catalog`, or the workspace's id: there is one for each.
    #[sea_orm(unique)]
    pub scope: String,
    /// Which master key wrapped it: the first digits of a hash.
    pub master: String,
    /// The key, encrypted by that master key.
    pub wrapped: Vec<u8>,
    /// When it was made, UTC.
    pub created_at: DateTimeUtc,
}

impl CatalogEntity for Entity {
    fn ownership() -> Ownership<Self> {
        Ownership::tenant(Column::TenantId, OnErase::Delete)
    }

    fn audit() -> Audit<Self> {
        Audit::none()
    }
}

impl ActiveModelBehavior for ActiveModel {}
