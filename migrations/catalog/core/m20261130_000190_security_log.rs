//! What happened to accounts, for the eyes of their people; devices that are asked for no second step.

use core_db::Script;

use crate::table::{bytes, id, index, instant, table, text, unique, uuid};

pub(crate) fn up(script: &mut Script) {
    let mut events = table("security_events");
    events
        .col(id())
        .col(uuid("user_id"))
        .col(text("what"))
        .col(text("detail"))
        .col(text("user_agent"))
        .col(text("address"))
        .col(instant("at"));
    script.create_table(&events);
    let of_user = ["user_id", "id"];
    script.create_index(&index("security_events_user_id_id", "security_events", &of_user));
    script.create_index(&index("security_events_at", "security_events", &["at"]));

    let mut devices = table("trusted_devices");
    devices
        .col(id())
        .col(uuid("user_id"))
        .col(bytes("token_hash"))
        .col(text("user_agent"))
        .col(text("address"))
        .col(instant("created_at"))
        .col(instant("used_at"))
        .col(instant("expires_at"));
    script.create_table(&devices);
    let hash = ["token_hash"];
    script.create_index(&unique("trusted_devices_token_hash_key", "trusted_devices", &hash));
    script.create_index(&index("trusted_devices_user_id", "trusted_devices", &["user_id"]));
}
