//! Connected accounts at other sites, and what may be used once.

use core_db::Script;

use crate::table::{bytes, id, index, instant, optional, table, text, unique, uuid};

pub(crate) fn up(script: &mut Script) {
    let mut connections = table("connections");
    connections
        .col(id())
        .col(uuid("user_id"))
        .col(text("provider"))
        .col(text("issuer"))
        .col(text("subject"))
        .col(text("account"))
        .col(optional(instant("used_at")))
        .col(instant("created_at"));
    script.create_table(&connections);
    let person = ["issuer", "subject"];
    script.create_index(&unique("connections_issuer_subject_key", "connections", &person));
    script.create_index(&index("connections_user_id", "connections", &["user_id"]));

    let mut used = table("used_tokens");
    used.col(bytes("token_hash").primary_key()).col(instant("expires_at"));
    script.create_table(&used);
}
