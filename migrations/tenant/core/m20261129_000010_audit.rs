//! The audit trail: entries that a tenant's role can only add, and the end of their chain.

use core_db::{Rights, Script};
use sea_orm::DbBackend;

use crate::table::{big_integer, index, instant, integer, optional, short, table, text, uuid};

/// On SQLite a file has no roles: triggers refuse what slips, and the chain shows the rest.
const APPEND_ONLY: [&str; 2] = ["UPDATE", "DELETE"];

pub(crate) fn up(script: &mut Script) {
    if script.backend() == DbBackend::Postgres {
        on_a_server(script);
    } else {
        in_a_file(script);
    }
    script.sql(format!(
        "INSERT INTO audit_head (id, seq, link) VALUES (1, 0, '{}')",
        core_db::CHAIN_BEGINNING
    ));
    if script.backend() != DbBackend::Postgres {
        for verb in APPEND_ONLY {
            let name = verb.to_lowercase();
            script.sql(format!(
                "CREATE TRIGGER audit_entries_no_{name} BEFORE {verb} ON audit_entries \
                 BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END"
            ));
        }
    }
}

/// As it is by now: what the next step would alter is not made first, for every new workspace pays for it.
/// Bounded texts keep small tables without a second one for long values.
fn on_a_server(script: &mut Script) {
    let mut seal = text("seal");
    seal.default("");
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
        .col(text("link"))
        .col(seal);
    script.create_table_with(&entries, Rights::Add);
    script.create_index(&index("audit_entries_row", "audit_entries", &["entity", "row_id", "seq"]));
    let (mut first_seq, mut first_link) = (big_integer("first_seq"), short("first_link", 64));
    first_seq.default(1);
    first_link.default(core_db::CHAIN_BEGINNING);
    let mut head = table("audit_head");
    head.col(integer("id").primary_key())
        .col(big_integer("seq"))
        .col(short("link", 64))
        .col(first_seq)
        .col(first_link);
    script.create_table_with(&head, Rights::Change);
}

fn in_a_file(script: &mut Script) {
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
    script.create_table_with(&entries, Rights::Add);
    let mut head = table("audit_head");
    head.col(integer("id").primary_key()).col(big_integer("seq")).col(text("link"));
    script.create_table_with(&head, Rights::Change);
}
