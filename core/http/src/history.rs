//! What happened to a row, as a page shows it.

use core_access::audit::{self, Line, Who};
use core_base::Result;
use core_db::{TenantDb, audit_entry};
use core_ui::{FieldChange, HistoryLine};

/// What happened to one row, newest first: for the page that shows it.
pub async fn history(db: &TenantDb, table: &str, row: &str, many: u64) -> Result<Vec<HistoryLine>> {
    let found = audit::history(db, table, row, many).await?;
    Ok(found.into_iter().map(shown).collect())
}

/// These entries as people read them, in their order.
pub async fn history_lines(
    db: &TenantDb,
    entries: Vec<audit_entry::Model>,
) -> Result<Vec<HistoryLine>> {
    let lines = audit::lines(db, entries).await?;
    Ok(lines.into_iter().map(shown).collect())
}

fn shown(line: Line) -> HistoryLine {
    let changes = line.changes.into_iter().map(|change| FieldChange {
        column: change.column,
        label: change.label,
        before: change.before,
        after: change.after,
    });
    HistoryLine {
        seq: line.seq,
        at: line.at,
        who: line.who.name().to_owned(),
        is_person: matches!(line.who, Who::Person(_)),
        for_whom: line.who.for_whom().map(str::to_owned),
        what: line.what,
        title: line.title,
        changes: changes.collect(),
        address: line.address,
    }
}
