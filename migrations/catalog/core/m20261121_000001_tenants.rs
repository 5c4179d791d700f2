//! Cells, tenants and the sequence of changes.

use core_db::Script;
use sea_orm::DbBackend;

use crate::table::{index, instant, integer, table, text, unique, uuid};

pub(crate) fn up(script: &mut Script) {
    if script.backend() == DbBackend::Sqlite {
        // On PostgreSQL the installation's id is needed before the first migration.
        let mut meta = table("meta");
        script.create_table(meta.col(text("name").primary_key()).col(text("value")));
        script.sql("INSERT INTO meta VALUES ('installation', 'embedded')");
    }
    let mut cells = table("cells");
    cells
        .col(integer("id").primary_key())
        .col(text("login"))
        .col(integer("capacity"))
        .col(instant("created_at"));
    script.create_table(&cells);

    let mut tenants = table("tenants");
    tenants
        .col(uuid("id").primary_key())
        .col(text("slug"))
        .col(text("name"))
        .col(integer("cell_id"))
        .col(text("status"))
        .col(text("stamp"))
        .col(text("quarantine"))
        .col(instant("created_at"));
    script.create_table(&tenants);
    script.create_index(&unique("tenants_slug_key", "tenants", &["slug"]));
    script.create_index(&index("tenants_cell_id", "tenants", &["cell_id"]));
    // "Who is behind, who is half made?" must not read all tenants.
    script.create_index(&index("tenants_stamp", "tenants", &["stamp", "status"]));
    script.create_index(&index("tenants_status", "tenants", &["status"]));

    let mut changes = table("changes");
    let mut seq = sea_orm::sea_query::ColumnDef::new("seq");
    changes
        .col(seq.big_integer().not_null().auto_increment().primary_key())
        .col(text("kind"))
        .col(text("subject"))
        .col(instant("at"));
    script.create_table(&changes);
}
