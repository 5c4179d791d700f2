//! Roles that a workspace makes for itself: a name and the keys of what they may do.
//!
//! The id is a text, since `members.role` holds it where others hold the word of a built-in role.

use core_db::Script;
use sea_orm::sea_query::ColumnDef;

use crate::table::{index, instant, integer, table, text, unique};

pub(crate) fn up(script: &mut Script) {
    let mut roles = table("roles");
    roles
        .col(text("id").primary_key())
        .col(text("name"))
        .col(ColumnDef::new("permissions").json().not_null())
        .col(integer("version"))
        .col(instant("created_at"))
        .col(instant("updated_at"));
    script.create_table(&roles);
    script.create_index(&unique("roles_name_key", "roles", &["name"]));
    script.create_index(&index("members_role", "members", &["role"]));
}
