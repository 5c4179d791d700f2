//! The table of single facts about the installation.

use sea_orm::entity::prelude::*;

use crate::{Audit, CatalogEntity, Ownership};

/// A fact: `installation`, `stamp`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "meta")]
pub struct Model {
    /// Which fact.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// Its value.
    pub value: String,
}

impl CatalogEntity for Entity {
    fn ownership() -> Ownership<Self> {
        Ownership::nobody()
    }

    fn audit() -> Audit<Self> {
        Audit::none()
    }
}

impl ActiveModelBehavior for ActiveModel {}
