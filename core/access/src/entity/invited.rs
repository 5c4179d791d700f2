//! The table of who is invited where.

use core_base::TenantId;
use core_db::{Audit, CatalogEntity, OnErase, OwnedBy, Ownership};
use sea_orm::entity::prelude::*;

/// An invitation in some workspace, for looking up by address. It grants nothing: what is true stands
/// in the workspace.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "invited")]
pub struct Model {
    /// The invitation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The workspace it is to.
    pub tenant_id: TenantId,
    /// Whom it is for, in the address's normal form.
    pub email: String,
    /// When its link ends, UTC; then the row goes.
    pub expires_at: DateTimeUtc,
}

impl CatalogEntity for Entity {
    fn ownership() -> Ownership<Self> {
        Ownership::tenant(Column::TenantId, OnErase::Delete).and(
            OwnedBy::Email,
            Column::Email,
            OnErase::Delete,
        )
    }

    fn audit() -> Audit<Self> {
        Audit::none()
    }
}

impl ActiveModelBehavior for ActiveModel {}
