//! The table of changes that caches follow.

use sea_orm::entity::prelude::*;

use crate::{Audit, CatalogEntity, Ownership};

/// Something that was cached has changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "changes")]
pub struct Model {
    /// Rises with every commit.
    #[sea_orm(primary_key)]
    pub seq: i64,
    /// What kind of thing: `tenant`, `session`, `member`.
    pub kind: String,
    /// Which one.
    pub subject: String,
    /// When, UTC; old ones are deleted.
    pub at: DateTimeUtc,
}

impl CatalogEntity for Entity {
    fn ownership() -> Ownership<Self> {
        // Ids of what changed, for minutes.
        Ownership::nobody()
    }

    fn audit() -> Audit<Self> {
        Audit::none()
    }
}

impl ActiveModelBehavior for ActiveModel {}
