//! The table of links that were mailed.

use core_db::{Audit, CatalogEntity, OnErase, Ownership};
use sea_orm::entity::prelude::*;

/// Whoever has the link reads mail at the address.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "email_links")]
pub struct Model {
    /// SHA-256 of the token in the link.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    /// What it is for.
    pub purpose: Purpose,
    /// Where it was sent, in its normal form.
    pub email: String,
    /// When, UTC.
    pub created_at: DateTimeUtc,
    /// When it ends, UTC. The row stays a while longer, so that its page can say so.
    pub expires_at: DateTimeUtc,
    /// When it was used, UTC.
    pub used_at: Option<DateTimeUtc>,
}

/// What a link is for. One made for one purpose is nothing for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Purpose {
    /// Going on with a sign-up.
    #[sea_orm(string_value = "sign_up")]
    SignUp,
    /// Choosing a new password.
    #[sea_orm(string_value = "reset")]
    Reset,
    /// Logging in.
    #[sea_orm(string_value = "log_in")]
    LogIn,
}

impl CatalogEntity for Entity {
    fn ownership() -> Ownership<Self> {
        Ownership::email(Column::Email, OnErase::Delete)
    }

    fn audit() -> Audit<Self> {
        Audit::none()
    }
}

impl ActiveModelBehavior for ActiveModel {}
