//! Who is signed in where, and the tickets from the account site to a workspace.

use core_db::Script;
use sea_orm::sea_query::ForeignKeyAction;

use crate::table::{bytes, id, index, instant, optional, reference, table, text, unique, uuid};

pub(crate) fn up(script: &mut Script) {
    let mut sessions = table("sessions");
    sessions
        .col(id())
        .col(bytes("token_hash"))
        .col(uuid("user_id"))
        .col(optional(uuid("parent_id")))
        .col(optional(uuid("tenant_id")))
        .col(text("method"))
        .col(text("user_agent"))
        .col(text("address"))
        .col(instant("created_at"))
        .col(instant("seen_at"))
        .col(instant("expires_at"))
        .foreign_key(&mut reference(
            "sessions_user",
            ("sessions", "user_id"),
            "users",
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            "sessions_parent",
            ("sessions", "parent_id"),
            "sessions",
            ForeignKeyAction::Cascade,
        ));
    script.create_table(&sessions);
    script.create_index(&unique("sessions_token_hash_key", "sessions", &["token_hash"]));
    script.create_index(&index("sessions_user_id", "sessions", &["user_id"]));
    script.create_index(&index("sessions_parent_id", "sessions", &["parent_id"]));
    script.create_index(&index("sessions_tenant_id", "sessions", &["tenant_id"]));
    script.create_index(&index("sessions_expires_at", "sessions", &["expires_at"]));

    let mut tickets = table("tickets");
    tickets
        .col(bytes("token_hash").primary_key())
        .col(uuid("session_id"))
        .col(uuid("tenant_id"))
        .col(bytes("nonce_hash"))
        .col(instant("expires_at"))
        .foreign_key(&mut reference(
            "tickets_session",
            ("tickets", "session_id"),
            "sessions",
            ForeignKeyAction::Cascade,
        ));
    script.create_table(&tickets);
    script.create_index(&index("tickets_expires_at", "tickets", &["expires_at"]));
}
