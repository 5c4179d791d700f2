//! Reading the audit trail: which entries, and each in the words that people read.

mod event;
mod line;
mod search;
mod verify;

use core_base::Result;
use core_db::{TenantDb, audit_entry};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

pub use event::{ACTIONS, CHANGED_WORKSPACE, record_export, record_login, record_refusal};
pub use line::{Change, Line, Who, lines, what};
pub use search::{Found, Search};
pub use verify::{Known, behind, days, verify_all};

/// The latest entries about one row, newest first.
pub async fn history(db: &TenantDb, table: &str, row: &str, many: u64) -> Result<Vec<Line>> {
    let entries = audit_entry::Entity::find()
        .filter(audit_entry::Column::Entity.eq(table))
        .filter(audit_entry::Column::RowId.eq(row))
        .order_by_desc(audit_entry::Column::Seq)
        .limit(many)
        .all(db)
        .await?;
    lines(db, entries).await
}
