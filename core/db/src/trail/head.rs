//! The end of the chain: how many entries there are, and the last one's link. One row.

use sea_orm::entity::prelude::*;

use crate::{Audit, TenantEntity};

/// The only row.
pub(crate) const ID: i32 = 1;

/// The end of the chain, and where it begins once old entries were deleted.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "tenant", table_name = "audit_head")]
pub struct Model {
    /// Always the same.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The number of the last entry.
    pub seq: i64,
    /// The link of the last entry, in hexadecimal.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub link: String,
    /// The number of the first entry that is still there.
    #[sea_orm(default_value = 1)]
    pub first_seq: i64,
    /// The link before it.
    #[sea_orm(
        column_type = "String(StringLen::N(64))",
        default_value = "0000000000000000000000000000000000000000000000000000000000000000"
    )]
    pub first_link: String,
}

impl ActiveModelBehavior for ActiveModel {}

impl TenantEntity for Entity {
    fn audit() -> Audit<Self> {
        Audit::none()
    }
}
