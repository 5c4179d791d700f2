//! Workspaces from before the trail was made lean have an index of people, which costs every write.

use core_db::Script;
use sea_orm::DbBackend;

pub(crate) fn up(script: &mut Script) {
    if script.backend() == DbBackend::Postgres {
        script.sql("DROP INDEX IF EXISTS audit_entries_user");
    }
}
