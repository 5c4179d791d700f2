//! A session says which site it is for.
//!
//! The release before writes none and asks for none; a session without one is told by its workspace.

use core_db::Script;
use sea_orm::sea_query::Table;

use crate::table::text;

pub(crate) fn up(script: &mut Script) {
    let column = text("site").default("").to_owned();
    script.alter_table(&Table::alter().table("sessions").add_column(column).to_owned());
}
