//! Where the chain stood at the end of each day: what an operator signs and keeps elsewhere, and where
//! somebody who asks for a day begins to look.

use sea_orm::entity::prelude::*;

use crate::{Audit, TenantEntity};

/// The end of a day in the chain.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "tenant", table_name = "audit_days")]
pub struct Model {
    /// `2027-05-31`, UTC.
    #[sea_orm(column_type = "String(StringLen::N(10))", primary_key, auto_increment = false)]
    pub day: String,
    /// Behind this number stands every entry that is younger than the day.
    pub seq: i64,
    /// The link of the entry with that number.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub link: String,
}

impl ActiveModelBehavior for ActiveModel {}

impl TenantEntity for Entity {
    fn audit() -> Audit<Self> {
        Audit::none()
    }
}
