//! The plan that a workspace is on.

use core_db::Script;
use sea_orm::sea_query::Table;

use crate::table::short;

pub(crate) fn up(script: &mut Script) {
    let plan = short("plan", 32).default("").to_owned();
    script.alter_table(&Table::alter().table("tenants").add_column(plan).to_owned());
}
