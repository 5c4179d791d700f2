//! What a workspace has said about being set up, such as that its checklist is hidden.

use core_db::Script;

use crate::table::{id, instant, table, text, unique};

pub(crate) fn up(script: &mut Script) {
    let mut marks = table("setup_marks");
    marks.col(id()).col(text("name")).col(instant("created_at"));
    script.create_table(&marks);
    script.create_index(&unique("setup_marks_name_key", "setup_marks", &["name"]));
}
