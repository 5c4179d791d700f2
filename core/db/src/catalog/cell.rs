//! The table of cells: places where tenants live.

use sea_orm::entity::prelude::*;

use crate::{Audit, CatalogEntity, Ownership};

/// A place where tenants live: a directory of files, or one login on one PostgreSQL database.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "cells")]
pub struct Model {
    /// Small and shown: `cell 0`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The PostgreSQL login; empty for a directory of files.
    pub login: String,
    /// How many tenants may live here.
    pub capacity: i32,
    /// When it was made, UTC.
    pub created_at: DateTimeUtc,
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
