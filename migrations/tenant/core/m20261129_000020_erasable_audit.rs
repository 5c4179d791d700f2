//! The audit trail: parts of entries can be erased while the chain holds, old entries go, and each day's
//! end of the chain is written down.

use core_db::{Rights, Script};
use sea_orm::{DbBackend, sea_query::Table};

use crate::table::{big_integer, index, instant, integer, optional, short, table, text, uuid};

/// What an entry is made of, in its order.
const COLUMNS: &str = "seq, at, category, action, entity, row_id, title, actor, user_id, address, request, \
    changes, link";

pub(crate) fn up(script: &mut Script) {
    if script.backend() == DbBackend::Postgres {
        // Workspaces of today have all of it from the start.
        for (table, column) in [
            ("audit_entries", "seal varchar NOT NULL DEFAULT ''".to_owned()),
            ("audit_head", "first_seq bigint NOT NULL DEFAULT 1".to_owned()),
            (
                "audit_head",
                format!("first_link varchar(64) NOT NULL DEFAULT '{}'", core_db::CHAIN_BEGINNING),
            ),
        ] {
            script.sql(format!("ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column}"));
        }
        // Days have their own table now; each index costs every write.
        script.sql("DROP INDEX IF EXISTS audit_entries_at, audit_entries_user");
    } else {
        lean(script);
        let (mut seq, mut link) = (big_integer("first_seq"), text("first_link"));
        seq.default(1);
        link.default(core_db::CHAIN_BEGINNING);
        for column in [seq, link] {
            script.alter_table(&Table::alter().table("audit_head").add_column(column).to_owned());
        }
    }
    let mut days = table("audit_days");
    days.col(short("day", 10).primary_key()).col(big_integer("seq")).col(short("link", 64));
    script.create_table_with(&days, Rights::Read);
}

/// On SQLite each tree of a table is a page in every commit: the number of an entry is the row's own, one
/// index finds a record's history, and a trigger moves the end of the chain on.
fn lean(script: &mut Script) {
    let mut entries = table("audit_entries_lean");
    let mut seal = text("seal");
    seal.default("");
    entries
        .col(integer("seq").primary_key())
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
    script.sql(format!(
        "INSERT INTO audit_entries_lean ({COLUMNS}) SELECT {COLUMNS} FROM audit_entries"
    ));
    script.sql("DROP TABLE audit_entries");
    script.sql("ALTER TABLE audit_entries_lean RENAME TO audit_entries");
    script.create_index(&index("audit_entries_row", "audit_entries", &["entity", "row_id", "seq"]));
    for verb in ["UPDATE", "DELETE"] {
        let name = verb.to_lowercase();
        script.sql(format!(
            "CREATE TRIGGER audit_entries_no_{name} BEFORE {verb} ON audit_entries \
             BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END"
        ));
    }
    script.sql(
        "CREATE TRIGGER audit_entries_head AFTER INSERT ON audit_entries \
         BEGIN UPDATE audit_head SET seq = NEW.seq, link = NEW.link; END",
    );
}
