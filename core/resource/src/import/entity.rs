//! The table of imports: a file, what its columns mean, and how far it is.

use core_db::{Audit, TenantEntity};
use sea_orm::entity::prelude::*;

/// A file whose rows are to become rows of a resource.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "tenant", table_name = "imports")]
pub struct Model {
    /// Which one.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where the resource is: `/projects`.
    pub place: String,
    /// What the file is called; empty: it was pasted.
    pub file: String,
    /// What becomes of it.
    pub state: State,
    /// The file's own names of its columns, as JSON.
    pub head: String,
    /// For each column the name of a field, `id`, or nothing, as JSON.
    pub columns: String,
    /// By which field rows are found that there are already; empty: all are new.
    pub matched_by: String,
    /// How many rows it has.
    pub rows: i64,
    /// The piece of it that comes next.
    pub piece: i32,
    /// Rows that are new, in what is checked or done so far.
    pub made: i64,
    /// Rows that change others.
    pub changed: i64,
    /// Rows that are there already, just so.
    pub same: i64,
    /// Rows with mistakes.
    pub failed: i64,
    /// Whose it is.
    pub user_id: Uuid,
    /// In which zone its times are.
    pub zone: String,
    /// When it came, UTC.
    pub at: DateTimeUtc,
    /// Where it can be undone.
    pub operation: Option<Uuid>,
}

/// What becomes of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum State {
    /// It has come; nobody has said yet what its columns are.
    #[sea_orm(string_value = "columns")]
    Columns,
    /// Every row is tried, and undone again.
    #[sea_orm(string_value = "checking")]
    Checking,
    /// It is known what would come of each row.
    #[sea_orm(string_value = "checked")]
    Checked,
    /// Rows become rows.
    #[sea_orm(string_value = "running")]
    Running,
    /// All of it is done.
    #[sea_orm(string_value = "done")]
    Done,
    /// Somebody stopped it, or its person may not do it any more.
    #[sea_orm(string_value = "stopped")]
    Stopped,
}

impl Model {
    /// The file's own names of its columns.
    pub(crate) fn head(&self) -> Vec<String> {
        serde_json::from_str(&self.head).unwrap_or_default()
    }

    /// For each column the name of a field, `id`, or nothing.
    pub(crate) fn columns(&self) -> Vec<String> {
        serde_json::from_str(&self.columns).unwrap_or_default()
    }

    /// How many of its rows have been seen to.
    pub(crate) fn seen_to(&self) -> i64 {
        self.made + self.changed + self.same + self.failed
    }

    /// From the first piece again.
    pub(crate) fn begin(&mut self, state: State) {
        (self.state, self.piece) = (state, 0);
        (self.made, self.changed, self.same, self.failed) = (0, 0, 0, 0);
    }
}

impl ActiveModelBehavior for ActiveModel {}

impl TenantEntity for Entity {
    // What comes of its rows is told of those rows.
    fn audit() -> Audit<Self> {
        Audit::none()
    }
}
