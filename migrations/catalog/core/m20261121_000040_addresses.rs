//! Addresses that workspaces had before, their time zones, and when those on their way out end.

use core_db::Script;
use sea_orm::sea_query::Table;

use crate::table::{index, instant, optional, table, text, uuid};

pub(crate) fn up(script: &mut Script) {
    let mut addresses = table("addresses");
    addresses.col(text("slug").primary_key()).col(uuid("tenant_id")).col(instant("leads_until"));
    script.create_table(&addresses);
    script.create_index(&index("addresses_tenant_id", "addresses", &["tenant_id"]));
    for column in [text("zone").default("UTC").to_owned(), optional(instant("erase_at"))] {
        script.alter_table(&Table::alter().table("tenants").add_column(column).to_owned());
    }
}
