//! The table of tickets from the account site to a workspace.

use core_base::{SessionId, TenantId};
use core_db::{Audit, CatalogEntity, OnErase, Ownership};
use sea_orm::entity::prelude::*;

/// Good once, for seconds, for one browser.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "tickets")]
pub struct Model {
    /// SHA-256 of the ticket.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    /// The identity session that asked for it.
    pub session_id: SessionId,
    /// The workspace it is good for.
    pub tenant_id: TenantId,
    /// SHA-256 of the cookie of the browser it is good for.
    pub nonce_hash: Vec<u8>,
    /// When it ends, UTC.
    pub expires_at: DateTimeUtc,
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
