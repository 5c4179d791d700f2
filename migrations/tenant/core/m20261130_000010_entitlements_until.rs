//! What a workspace was given may be given for a while.

use core_db::Script;
use sea_orm::sea_query::Table;

use crate::table::{instant, optional};

pub(crate) fn up(script: &mut Script) {
    let until = optional(instant("until"));
    script.alter_table(&Table::alter().table("entitlements").add_column(until).to_owned());
}
