//! What was done to rows at once, and can be undone.

use core_db::Script;

use crate::table::{big_integer, id, index, instant, optional, short, table, text, uuid};

pub(crate) fn up(script: &mut Script) {
    let mut operations = table("operations");
    operations
        .col(id())
        .col(text("place"))
        .col(short("kind", 16))
        .col(text("words"))
        .col(optional(uuid("user_id")))
        .col(instant("at"))
        .col(big_integer("count"))
        .col(text("places"))
        .col(optional(instant("undone_at")))
        .col(optional(uuid("undone_by")))
        .col(big_integer("undone"))
        .col(optional(big_integer("undone_from")))
        .col(text("left_out"));
    script.create_table(&operations);
    script.create_index(&index("operations_of", "operations", &["place", "at"]));
}
