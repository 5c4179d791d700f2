//! Accounts on their way out.

use core_db::Script;

use crate::table::{index, instant, table, uuid};

pub(crate) fn up(script: &mut Script) {
    let mut all = table("account_deletions");
    all.col(uuid("user_id").primary_key()).col(instant("asked_at")).col(instant("erase_at"));
    script.create_table(&all);
    let due = ["erase_at"];
    script.create_index(&index("account_deletions_erase_at", "account_deletions", &due));
}
