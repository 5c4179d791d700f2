//! The table of addresses that workspaces had before: they lead on for a while, and stay taken for ever.

use core_base::TenantId;
use sea_orm::entity::prelude::*;

use crate::{Audit, CatalogEntity, OnErase, Ownership};

/// An address that a workspace has given up.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "addresses")]
pub struct Model {
    /// The address.
    #[sea_orm(primary_key, auto_increment = false)]
    pub slug: String,
    /// Whose it was: they alone may take it again.
    pub tenant_id: TenantId,
    /// Until then it leads to where the workspace is now, UTC.
    pub leads_until: DateTimeUtc,
}

impl CatalogEntity for Entity {
    fn ownership() -> Ownership<Self> {
        // What was somebody's address never becomes somebody else's.
        Ownership::tenant(Column::TenantId, OnErase::Keep)
    }

    fn audit() -> Audit<Self> {
        Audit::of("address").titled(Column::Slug)
    }
}

impl ActiveModelBehavior for ActiveModel {}
