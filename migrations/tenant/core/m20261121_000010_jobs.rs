//! What was done by jobs, and on SQLite the outbox: there each tenant has its own.

use core_db::Script;
use sea_orm::DbBackend;

use crate::table::{id, index, instant, outbox, table};

pub(crate) fn up(script: &mut Script) {
    let mut done = table("jobs_done");
    done.col(id()).col(instant("at"));
    script.create_table(&done);
    script.create_index(&index("jobs_done_at", "jobs_done", &["at"]));
    if script.backend() == DbBackend::Sqlite {
        script.create_table(&outbox());
    }
}
