//! Second steps that support will take away.

use core_db::Script;

use crate::table::{instant, table, uuid};

pub(crate) fn up(script: &mut Script) {
    let mut all = table("second_step_resets");
    all.col(uuid("user_id").primary_key()).col(instant("asked_at")).col(instant("due_at"));
    script.create_table(&all);
}
