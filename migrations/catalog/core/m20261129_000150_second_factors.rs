//! Keys of encrypted columns, second factors and recovery codes; a session knows when somebody last proved
//! who they are.

use core_db::Script;
use sea_orm::sea_query::Table;

use crate::table::{big_integer, bytes, id, index, instant, optional, table, text, unique, uuid};

pub(crate) fn up(script: &mut Script) {
    let mut keys = table("data_keys");
    keys.col(id())
        .col(optional(uuid("tenant_id")))
        .col(text("scope"))
        .col(text("master"))
        .col(bytes("wrapped"))
        .col(instant("created_at"));
    script.create_table(&keys);
    script.create_index(&unique("data_keys_scope_key", "data_keys", &["scope"]));
    script.create_index(&index("data_keys_tenant_id", "data_keys", &["tenant_id"]));

    let mut factors = table("totp_factors");
    factors
        .col(uuid("user_id").primary_key())
        .col(bytes("secret"))
        .col(optional(big_integer("last_step")))
        .col(optional(instant("confirmed_at")))
        .col(instant("created_at"));
    script.create_table(&factors);

    let mut codes = table("recovery_codes");
    codes
        .col(id())
        .col(uuid("user_id"))
        .col(bytes("code_hash"))
        .col(optional(instant("used_at")))
        .col(instant("created_at"));
    script.create_table(&codes);
    script.create_index(&index("recovery_codes_user_id", "recovery_codes", &["user_id"]));

    let column = optional(instant("proved_at"));
    script.alter_table(&Table::alter().table("sessions").add_column(column).to_owned());
}
