//! The people of a workspace and what they may do.

use core_db::Script;

use crate::table::{id, instant, table, text, unique, uuid};

pub(crate) fn up(script: &mut Script) {
    let mut members = table("members");
    members
        .col(id())
        .col(uuid("user_id"))
        .col(text("name"))
        .col(text("email"))
        .col(text("role"))
        .col(instant("created_at"));
    script.create_table(&members);
    script.create_index(&unique("members_user_id_key", "members", &["user_id"]));
}
