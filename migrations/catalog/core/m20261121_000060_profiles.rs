//! How people want to read times.

use core_db::Script;
use sea_orm::sea_query::Table;

use crate::table::text;

pub(crate) fn up(script: &mut Script) {
    for (name, first) in [("locale", "en-GB"), ("zone", "")] {
        let column = text(name).default(first).to_owned();
        script.alter_table(&Table::alter().table("users").add_column(column).to_owned());
    }
}
