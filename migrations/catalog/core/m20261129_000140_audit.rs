//! The catalogue's own audit trail: entries that its role can only add, the end of their chain, and where
//! that stood at the end of each day.

use core_db::{Rights, Script};
use sea_orm::DbBackend;

use crate::table::{big_integer, index, instant, integer, optional, short, table, text, uuid};

pub(crate) fn up(script: &mut Script) {
    let is_sqlite = script.backend() != DbBackend::Postgres;
    // On SQLite the number of an entry is the row's own, which is one tree less in each commit.
    let mut seq = if is_sqlite { integer("seq") } else { big_integer("seq") };
    let mut seal = text("seal");
    seal.default("");
    let mut entries = table("audit_entries");
    entries
        .col(seq.primary_key())
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
    let mut days = table("audit_days");
    days.col(short("day", 10).primary_key()).col(big_integer("seq")).col(short("link", 64));
    script.create_table_with(&days, Rights::Read);
    script.sql(format!(
        "INSERT INTO audit_head (id, seq, link) VALUES (1, 0, '{}')",
        core_db::CHAIN_BEGINNING
    ));
    if !is_sqlite {
        return;
    }
    // A file has no roles: triggers refuse what slips, and the chain shows the rest.
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
