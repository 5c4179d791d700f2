//! The audit trail: entries that a tenant's role can only add, and the end of their chain.

use core_db::{Rights, Script};
use sea_orm::DbBackend;

use crate::table::{big_integer, index, instant, integer, optional, short, table, text, uuid};

/// On SQLite a file has no roles: triggers refuse what slips, and the chain shows the rest.
const APPEND_ONLY: [&str; 2] = ["UPDATE", "DELETE"];

/// On a server as it is by now: what the next step would alter is not made first, for every new workspace
/// pays for it. Bounded texts keep small tables without a second one for long values.
pub(crate) fn up(script: &mut Script) {
    let is_server = script.backend() == DbBackend::Postgres;
    let mut entries = table("audit_entries");
    entries
        .col(big_integer("seq").primary_key())
        .col(instant("at"))
        .col(text("category"))
        .col(text("action"))
        .col(text("entity"))
        .col(text("row_id"))
        .col(text("title"))
        .col(text("actor"))
        .col(optional(uuid("user_id")))
        .col(text("address"))
        .col(text("request"))
        .col(text("changes"))
        .col(text("link"));
    let mut head = table("audit_head");
    head.col(integer("id").primary_key()).col(big_integer("seq")).col(short("link", 64));
    if is_server {
        entries.col(text("seal").default(""));
        head.col(big_integer("first_seq").default(1));
        head.col(short("first_link", 64).default(core_db::CHAIN_BEGINNING));
    }
    script.create_table_with(&entries, Rights::Add);
    script.create_table_with(&head, Rights::Change);
    script.sql(format!(
        "INSERT INTO audit_head (id, seq, link) VALUES (1, 0, '{}')",
        core_db::CHAIN_BEGINNING
    ));
    if is_server {
        let row = ["entity", "row_id", "seq"];
        script.create_index(&index("audit_entries_row", "audit_entries", &row));
        return;
    }
    for verb in APPEND_ONLY {
        let name = verb.to_lowercase();
        script.sql(format!(
            "CREATE TRIGGER audit_entries_no_{name} BEFORE {verb} ON audit_entries \
             BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END"
        ));
    }
}
