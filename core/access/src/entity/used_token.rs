//! The table of what may be used once and was.

use core_db::{Audit, CatalogEntity, Ownership};
use sea_orm::entity::prelude::*;

/// A token that was used, until it would be too old anyway.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "used_tokens")]
pub struct Model {
    /// SHA-256 of its kind and the token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    /// From then on it is refused by its age, UTC.
    pub expires_at: DateTimeUtc,
}

impl CatalogEntity for Entity {
    fn ownership() -> Ownership<Self> {
        // A hash, gone within the hour.
        Ownership::nobody()
    }

    fn audit() -> Audit<Self> {
        Audit::none()
    }
}

impl ActiveModelBehavior for ActiveModel {}
