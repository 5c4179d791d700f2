//! The table of what was done to rows at once: where in the audit trail it stands, and whether it was undone.

use core_db::{Audit, TenantEntity};
use sea_orm::entity::prelude::*;

/// Something that was done to rows at once.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "tenant", table_name = "operations")]
pub struct Model {
    /// Which one.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where the resource is: `/projects`. Two resources of one table have operations of their own.
    pub place: String,
    /// What kind of thing.
    pub kind: Kind,
    /// What people read: "Deleted 12 projects".
    pub words: String,
    /// Who did it.
    pub user_id: Option<Uuid>,
    /// When, UTC.
    pub at: DateTimeUtc,
    /// How many rows of the resource.
    pub count: i64,
    /// The first and the last entry of the audit trail that tell it, for each transaction: `[[7, 12]]`.
    pub places: String,
    /// When it was undone, UTC.
    pub undone_at: Option<DateTimeUtc>,
    /// Who undid it.
    pub undone_by: Option<Uuid>,
    /// How many of the rows are as they were before.
    pub undone: i64,
    /// While it is being undone: entries of the trail from here on are seen to.
    pub undone_from: Option<i64>,
    /// What was left when it was undone, and why: `[[8, "changed"]]`.
    pub left_out: String,
}

/// What kind of thing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Kind {
    /// Rows were deleted.
    #[sea_orm(string_value = "delete")]
    Delete,
    /// Rows were changed.
    #[sea_orm(string_value = "change")]
    Change,
    /// Rows came with a file.
    #[sea_orm(string_value = "import")]
    Import,
}

impl Model {
    /// Where in the trail it stands: the first and the last entry of each transaction.
    pub(crate) fn places(&self) -> Vec<(i64, i64)> {
        serde_json::from_str(&self.places).unwrap_or_default()
    }

    /// How many entries of the trail tell it.
    pub(crate) fn entries(&self) -> i64 {
        self.places().iter().map(|(first, last)| last - first + 1).sum()
    }

    /// Is it being undone, by jobs?
    pub(crate) fn is_being_undone(&self) -> bool {
        self.undone_from.is_some() && self.undone_at.is_none()
    }

    /// What was left when it was undone, and the word that says why.
    pub(crate) fn left(&self) -> Vec<(i64, String)> {
        serde_json::from_str(&self.left_out).unwrap_or_default()
    }
}

impl ActiveModelBehavior for ActiveModel {}

impl TenantEntity for Entity {
    // The trail tells what was done, row by row; this only says where.
    fn audit() -> Audit<Self> {
        Audit::none()
    }
}
