//! People, where they belong, and failed attempts to be them.

use core_db::Script;
use sea_orm::sea_query::{ForeignKeyAction, Index};

use crate::table::{id, index, instant, integer, optional, reference, table, text, unique, uuid};

pub(crate) fn up(script: &mut Script) {
    let mut users = table("users");
    users
        .col(id())
        .col(text("email"))
        .col(text("name"))
        .col(text("password_hash"))
        .col(instant("created_at"));
    script.create_table(&users);
    script.create_index(&unique("users_email_key", "users", &["email"]));

    let mut memberships = table("memberships");
    memberships
        .col(uuid("user_id"))
        .col(uuid("tenant_id"))
        .col(text("state"))
        .col(instant("created_at"))
        .col(optional(instant("used_at")))
        .primary_key(Index::create().col("user_id").col("tenant_id"))
        .foreign_key(&mut reference(
            "memberships_user",
            ("memberships", "user_id"),
            "users",
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            "memberships_tenant",
            ("memberships", "tenant_id"),
            "tenants",
            ForeignKeyAction::Cascade,
        ));
    script.create_table(&memberships);
    script.create_index(&index("memberships_tenant_id", "memberships", &["tenant_id"]));

    let mut attempts = table("attempts");
    attempts
        .col(text("key"))
        .col(instant("window_start"))
        .col(integer("count"))
        .primary_key(Index::create().col("key").col("window_start"));
    script.create_table(&attempts);
    script.create_index(&index("attempts_window_start", "attempts", &["window_start"]));
}
