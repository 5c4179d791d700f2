//! Passkeys and security keys.

use core_db::Script;

use crate::table::{bytes, id, index, instant, optional, table, text, unique, uuid};

pub(crate) fn up(script: &mut Script) {
    let mut keys = table("passkeys");
    keys.col(id())
        .col(uuid("user_id"))
        .col(bytes("credential_id"))
        .col(text("credential"))
        .col(text("kind"))
        .col(text("name"))
        .col(optional(instant("used_at")))
        .col(instant("created_at"));
    script.create_table(&keys);
    script.create_index(&unique("passkeys_credential_id_key", "passkeys", &["credential_id"]));
    script.create_index(&index("passkeys_user_id", "passkeys", &["user_id"]));
}
