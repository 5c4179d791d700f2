//! The table of counted attempts.

use sea_orm::entity::prelude::*;

/// Attempts of one kind in one window of time.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "attempts")]
pub struct Model {
    /// What is counted: `login_failed:email:…`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// When the window began, UTC.
    #[sea_orm(primary_key, auto_increment = false)]
    pub window_start: DateTimeUtc,
    /// How many so far.
    pub count: i32,
}

impl ActiveModelBehavior for ActiveModel {}
