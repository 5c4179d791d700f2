//! The table of the roles that a workspace made for itself.

use sea_orm::entity::prelude::*;

/// A role of one tenant.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "tenant", table_name = "roles")]
pub struct Model {
    /// A [`core_base::RoleId`] as text: what `members.role` holds.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// What people read.
    #[sea_orm(unique)]
    pub name: String,
    /// What it may do.
    pub permissions: crate::PermissionKeys,
    /// Counts the changes, so that nobody saves over one they have not seen.
    pub version: i32,
    /// Since when it is there, UTC.
    pub created_at: DateTimeUtc,
    /// The last change, UTC.
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
