//! The table of widgets.

use core_db::Script;

use crate::table::{id, index, instant, integer, table, text, unique};

pub(crate) fn up(script: &mut Script) {
    let mut widgets = table("widgets");
    widgets
        .col(id())
        .col(text("name"))
        .col(text("notes"))
        .col(integer("version"))
        .col(instant("created_at"))
        .col(instant("updated_at"));
    script.create_table(&widgets);
    script.create_index(&unique("widgets_name_key", "widgets", &["name"]));
    script.create_index(&index("widgets_updated_at", "widgets", &["updated_at", "id"]));
}
