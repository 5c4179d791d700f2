//! Since when a job is held back without a fault of its own, and how far a schedule got with its hour.
//! Jobs of workspaces that were erased go: later ones go together with their workspace.

use core_db::Script;
use sea_orm::sea_query::Table;

use crate::table::{instant, optional, uuid};

pub(crate) fn up(script: &mut Script) {
    let columns = [
        ("jobs", instant("held_since")),
        ("schedules", instant("firing_at")),
        ("schedules", uuid("fired_to")),
    ];
    for (table, column) in columns {
        let column = optional(column);
        script.alter_table(&Table::alter().table(table).add_column(column).to_owned());
    }
    script.sql(
        "DELETE FROM jobs WHERE tenant_id IN (SELECT id FROM tenants WHERE status = 'deleted')",
    );
}
