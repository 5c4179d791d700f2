//! The table of forms that could not be taken, kept for the browser that sent them.

use core_db::{Audit, CatalogEntity, Ownership};
use sea_orm::entity::prelude::*;

/// What one browser sent, readable with its cookie alone.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "kept_forms")]
pub struct Model {
    /// Named in the address of the page that brings it back; not secret.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Sealed with a key that only the browser's cookie has.
    pub content: Vec<u8>,
    /// When it is deleted, UTC.
    pub expires_at: DateTimeUtc,
}

impl CatalogEntity for Entity {
    fn ownership() -> Ownership<Self> {
        // Sealed, and gone after a day: nobody can tell whose it is.
        Ownership::nobody()
    }

    fn audit() -> Audit<Self> {
        Audit::none()
    }
}

impl ActiveModelBehavior for ActiveModel {}
