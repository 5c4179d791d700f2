//! What a workspace asks of how its people logged in.

use core_db::Script;
use sea_orm::sea_query::Table;

use crate::table::{instant, integer, optional};

pub(crate) fn up(script: &mut Script) {
    for column in [optional(instant("two_step_from")), optional(integer("session_hours"))] {
        script.alter_table(&Table::alter().table("tenants").add_column(column).to_owned());
    }
}
