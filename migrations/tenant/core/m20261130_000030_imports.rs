//! Files whose rows are to become rows of a resource, and those rows, many in one.

use core_db::Script;
use sea_orm::sea_query::{ForeignKeyAction, Index};

use crate::table::{
    big_integer, id, index, instant, integer, optional, reference, short, table, text, uuid,
};

pub(crate) fn up(script: &mut Script) {
    let mut imports = table("imports");
    imports
        .col(id())
        .col(text("place"))
        .col(text("file"))
        .col(short("state", 16))
        .col(text("head"))
        .col(text("columns"))
        .col(text("matched_by"))
        .col(big_integer("rows"))
        .col(integer("piece"))
        .col(big_integer("made"))
        .col(big_integer("changed"))
        .col(big_integer("same"))
        .col(big_integer("failed"))
        .col(uuid("user_id"))
        .col(text("zone"))
        .col(instant("at"))
        .col(optional(uuid("operation")));
    script.create_table(&imports);
    script.create_index(&index("imports_of", "imports", &["place", "user_id", "at"]));
    let mut rows = table("import_rows");
    rows.col(uuid("import_id"))
        .col(integer("piece"))
        .col(text("rows"))
        .col(text("failures"))
        .primary_key(Index::create().col("import_id").col("piece"))
        .foreign_key(&mut reference(
            "import_rows_import_id_fkey",
            ("import_rows", "import_id"),
            "imports",
            ForeignKeyAction::Cascade,
        ));
    script.create_table(&rows);
}
