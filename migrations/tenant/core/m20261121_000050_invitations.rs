//! Invitations: one for an address, which is used again when the address is invited again.

use core_db::Script;

use crate::table::{id, index, instant, integer, table, text, unique, uuid};

pub(crate) fn up(script: &mut Script) {
    let mut invitations = table("invitations");
    invitations
        .col(id())
        .col(text("email"))
        .col(text("role"))
        .col(uuid("inviter_id"))
        .col(text("state"))
        .col(integer("version"))
        .col(instant("created_at"))
        .col(instant("sent_at"))
        .col(instant("expires_at"));
    script.create_table(&invitations);
    script.create_index(&unique("invitations_email_key", "invitations", &["email"]));
    script.create_index(&index("invitations_state", "invitations", &["state", "sent_at"]));
}
