//! The table of what a workspace was given other than by default. Its own role can read it and no more.

use core_db::{Audit, TenantEntity};
use sea_orm::entity::prelude::*;

/// What one workspace may have of one thing.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "tenant", table_name = "entitlements")]
pub struct Model {
    /// The thing: the key of a limit or of a feature.
    #[sea_orm(column_type = "String(StringLen::N(64))", primary_key, auto_increment = false)]
    pub key: String,
    /// Of a limit, how many; −1: as many as it likes. Of a feature, 1 or 0.
    pub value: i64,
    /// Until when, UTC; none: until it is set to something else.
    pub until: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}

impl TenantEntity for Entity {
    fn audit() -> Audit<Self> {
        let audit = Audit::of("limit").titled(Column::Key).label(Column::Value, "Limit");
        audit
            .label(Column::Until, "Until")
            .words(Column::Value, |value| (value == "-1").then_some("No limit"))
    }
}
