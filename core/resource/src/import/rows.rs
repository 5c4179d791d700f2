//! The table of an import's rows, many in one, and what is wrong with them.

use core_db::{Audit, TenantEntity};
use sea_orm::entity::prelude::*;

/// Some of the rows of an import.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "tenant", table_name = "import_rows")]
pub struct Model {
    /// Of which import.
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: Uuid,
    /// Counts from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub piece: i32,
    /// Cells in rows, as JSON.
    pub rows: String,
    /// Which row of these, and what is wrong with it: `[[3, "Name: Enter the name."]]`.
    pub failures: String,
    /// For joins.
    #[sea_orm(belongs_to, from = "import_id", to = "id", on_delete = "Cascade")]
    pub import: BelongsTo<super::entity::Entity>,
}

impl Model {
    pub(crate) fn rows(&self) -> Vec<Vec<serde_json::Value>> {
        serde_json::from_str(&self.rows).unwrap_or_default()
    }

    pub(crate) fn failures(&self) -> Vec<(usize, String)> {
        serde_json::from_str(&self.failures).unwrap_or_default()
    }
}

impl ActiveModelBehavior for ActiveModel {}

impl TenantEntity for Entity {
    fn audit() -> Audit<Self> {
        Audit::none()
    }
}
