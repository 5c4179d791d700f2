//! Who is invited where: an index of the invitations in all workspaces, by address.

use core_db::Script;

use crate::table::{id, index, instant, table, text, uuid};

pub(crate) fn up(script: &mut Script) {
    let mut invited = table("invited");
    invited.col(id()).col(uuid("tenant_id")).col(text("email")).col(instant("expires_at"));
    script.create_table(&invited);
    script.create_index(&index("invited_email", "invited", &["email"]));
    script.create_index(&index("invited_tenant_id", "invited", &["tenant_id"]));
}
