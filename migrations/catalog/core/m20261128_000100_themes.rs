//! Whether people want to read in light or in dark.

use core_db::Script;
use sea_orm::sea_query::Table;

use crate::table::text;

pub(crate) fn up(script: &mut Script) {
    let column = text("theme").default("system").to_owned();
    script.alter_table(&Table::alter().table("users").add_column(column).to_owned());
}
