//! Rate limits: a row for each subject, in a window that its first attempt opens. Before, windows
//! stood fixed on the clock, so that twice as many passed at the turn of one. Their table, `attempts`,
//! stays as long as a server of the release before can run beside this one.

use core_db::Script;

use crate::table::{index, instant, integer, table, text};

pub(crate) fn up(script: &mut Script) {
    let mut limits = table("rate_limits");
    limits.col(text("key").primary_key()).col(instant("began_at")).col(integer("count"));
    script.create_table(&limits);
    script.create_index(&index("rate_limits_began_at", "rate_limits", &["began_at"]));
}
