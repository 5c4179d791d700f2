//! The table of a tenant's members.

use core_base::{MemberId, UserId};
use sea_orm::entity::prelude::*;

/// A person inside one tenant.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "tenant", table_name = "members")]
pub struct Model {
    /// The member.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MemberId,
    /// The person, in the catalogue.
    #[sea_orm(unique)]
    pub user_id: UserId,
    /// What colleagues read.
    pub name: String,
    /// A copy of the person's address.
    pub email: String,
    /// What they are: a word, or the id of a role of the workspace's own.
    pub role: crate::AnyRole,
    /// Since when, UTC.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
