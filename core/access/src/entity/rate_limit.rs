//! The table of rate limits: what was counted, since when.

use core_db::{Audit, CatalogEntity, Ownership};
use sea_orm::entity::prelude::*;

/// Attempts of one kind by one subject, in the window that their first one opened.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "rate_limits")]
pub struct Model {
    /// What is counted and for whom: `login_account:…`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// When the first of them came, UTC.
    pub began_at: DateTimeUtc,
    /// How many so far.
    pub count: i32,
}

impl CatalogEntity for Entity {
    fn ownership() -> Ownership<Self> {
        // Its keys may name somebody; no row lasts longer than its window.
        Ownership::nobody()
    }

    fn audit() -> Audit<Self> {
        Audit::none()
    }
}

impl ActiveModelBehavior for ActiveModel {}
