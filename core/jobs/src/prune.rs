//! The queue's own job in every workspace: forgets which jobs were done, long after the last
//! possible repetition.

use chrono::TimeDelta;
use core_base::{Result, clock};
use core_db::{TenantDb, job_done};
use sea_orm::{ColumnTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use crate::{Job, Priority, Runner, Schedule, each_tenant};

const RETENTION: TimeDelta = TimeDelta::days(30);

#[derive(Serialize, Deserialize)]
struct Prune {}

impl Job for Prune {
    const NAME: &'static str = "jobs.prune";
    const PRIORITY: Priority = Priority::Low;
}

async fn prune(_: Prune, db: TenantDb) -> Result<()> {
    let old = db.delete_many::<job_done::Entity>();
    old.filter(job_done::Column::At.lt(clock::now() - RETENTION)).exec(&db).await?;
    Ok(())
}

/// Once a week.
pub(crate) fn job() -> (Runner, Schedule) {
    (Runner::of(prune), each_tenant("17 4 * * 0", &Prune {}))
}
