//! The queue of jobs, their schedules, and on PostgreSQL the outbox that all tenants add to.

use core_db::Script;
use sea_orm::{DbBackend, sea_query::PostgresQueryBuilder};

use crate::table::{
    big_integer, boolean, id, index, instant, integer, optional, outbox, table, text, uuid,
};

pub(crate) fn up(script: &mut Script) {
    let mut jobs = table("jobs");
    jobs.col(id())
        .col(optional(uuid("tenant_id")))
        .col(text("name"))
        .col(text("payload"))
        .col(optional(text("unique_key")))
        .col(integer("priority"))
        .col(big_integer("turn"))
        .col(text("state"))
        .col(instant("due_at"))
        .col(integer("attempts"))
        .col(optional(uuid("worker")))
        .col(boolean("cancelled"))
        .col(text("progress"))
        .col(text("error"))
        .col(instant("created_at"));
    script.create_table(&jobs);
    // Each look-up of the queue reads only the rows it is about.
    script.sql("CREATE INDEX jobs_ready ON jobs (priority, turn) WHERE state = 'ready'");
    script.sql("CREATE INDEX jobs_turns ON jobs (tenant_id, turn) WHERE state = 'ready'");
    script.sql("CREATE INDEX jobs_due_at ON jobs (state, due_at) WHERE state <> 'ready'");
    script.sql(
        "CREATE UNIQUE INDEX jobs_unique_key_key ON jobs (unique_key)
         WHERE state IN ('ready', 'waiting')",
    );
    script.create_index(&index("jobs_tenant_id", "jobs", &["tenant_id"]));

    let mut schedules = table("schedules");
    schedules
        .col(text("name").primary_key())
        .col(text("cron"))
        .col(text("zone"))
        .col(instant("next_at"));
    script.create_table(&schedules);

    if script.backend() == DbBackend::Postgres {
        shared_outbox(script);
    }
}

/// Whoever may connect may add to it, and no more: whose a row is says the role that added it, which
/// is not among the columns that can be given.
fn shared_outbox(script: &mut Script) {
    script.sql("CREATE SCHEMA shared");
    let mut table = outbox();
    script.sql(table.table(("shared", "outbox")).to_string(PostgresQueryBuilder));
    script.sql("ALTER TABLE shared.outbox ADD COLUMN role name NOT NULL DEFAULT CURRENT_USER");
    script.sql("GRANT USAGE ON SCHEMA shared TO PUBLIC");
    script.sql(
        "GRANT INSERT (id, kind, name, payload, priority, unique_key, due_at)
         ON shared.outbox TO PUBLIC",
    );
    script.sql("GRANT SELECT, UPDATE, DELETE ON shared.outbox TO {role}");
}
