//! What a workspace asks of how its people logged in; accounts that were taken back.

use core_db::Script;
use sea_orm::sea_query::Table;

use crate::table::{instant, integer, optional, table, uuid};

pub(crate) fn up(script: &mut Script) {
    for column in [optional(instant("two_step_from")), optional(integer("session_hours"))] {
        script.alter_table(&Table::alter().table("tenants").add_column(column).to_owned());
    }
    let mut undos = table("email_undos");
    undos.col(uuid("user_id").primary_key()).col(instant("changed_at")).col(instant("undone_at"));
    script.create_table(&undos);
}
