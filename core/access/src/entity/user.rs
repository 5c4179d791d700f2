//! The table of people.

use core_base::UserId;
use core_db::{Audit, CatalogEntity, OnErase, OwnedBy, Ownership};
use sea_orm::entity::prelude::*;

/// A person's identity.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "users")]
pub struct Model {
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    /// Trimmed and in small letters.
    #[sea_orm(unique)]
    pub email: String,
    /// What they are called.
    pub name: String,
    /// BCP 47 tag of the chosen locale: `en-GB`.
    #[sea_orm(default_value = "en-GB")]
    pub locale: String,
    /// The time zone they chose; empty: wherever they are, the workspace's.
    #[sea_orm(default_value = "")]
    pub zone: String,
    /// The name of the theme they chose: `system`, `light`, `dark`.
    #[sea_orm(default_value = "system")]
    pub theme: String,
    /// Argon2id, as a PHC string; empty: no password.
    pub password_hash: String,
    /// Since when, UTC.
    pub created_at: DateTimeUtc,
}

impl CatalogEntity for Entity {
    fn ownership() -> Ownership<Self> {
        Ownership::user(Column::Id, OnErase::Delete).and(
            OwnedBy::Email,
            Column::Email,
            OnErase::Delete,
        )
    }

    fn audit() -> Audit<Self> {
        Audit::of("account")
            .titled(Column::Email)
            .person(Column::Email)
            .masked([Column::PasswordHash])
            .label(Column::PasswordHash, "Password")
    }
}

impl ActiveModelBehavior for ActiveModel {}
