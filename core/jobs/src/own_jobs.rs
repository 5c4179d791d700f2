//! The platform's own jobs: mend what a killed process left, and delete what is over.

use std::time::Duration;

use anyhow::Context;
use chrono::TimeDelta;
use core_base::{Error, Result, clock};
use core_db::{TenantDb, job_done};
use sea_orm::{ColumnTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use crate::{Job, Priority, Run, Runner, Schedule, each_tenant, queue, schedule::once};

/// Long after the last possible repetition of a job.
const RETENTION: TimeDelta = TimeDelta::days(30);

/// In every workspace: forgets which jobs were done.
#[derive(Serialize, Deserialize)]
struct PruneDone {}

impl Job for PruneDone {
    const NAME: &'static str = "jobs.prune";
    const PRIORITY: Priority = Priority::Low;
}

async fn prune_done(_: PruneDone, db: TenantDb) -> Result<()> {
    let old = db.delete_many::<job_done::Entity>();
    old.filter(job_done::Column::At.lt(clock::now() - RETENTION)).exec(&db).await?;
    Ok(())
}

/// Finishes or undoes what a killed process left half done.
#[derive(Serialize, Deserialize)]
struct Repair {}

impl Job for Repair {
    const NAME: &'static str = "platform.repair";
    /// The next one is a minute away.
    const ATTEMPTS: u32 = 1;
    /// Erasing a large workspace takes as long as it takes.
    const TIMEOUT: Duration = Duration::from_hours(1);
}

/// Each part is tried, also when one before it failed.
async fn repair(_: Repair, run: Run) -> Result<()> {
    let swept = run.store.sweep().await.context("workspaces half made or half deleted");
    let erased = run.store.erase_again().await.context("what an old backup brought back");
    let memberships = core_access::repair_memberships(&run.store).await;
    let memberships = memberships.map_err(Error::into_anyhow).context("memberships");
    for done in [swept, erased, memberships] {
        done?;
    }
    Ok(())
}

/// Deletes what is over from the catalogue.
#[derive(Serialize, Deserialize)]
struct Prune {}

impl Job for Prune {
    const NAME: &'static str = "platform.prune";
    const PRIORITY: Priority = Priority::Low;
    const ATTEMPTS: u32 = 1;
}

async fn prune(_: Prune, run: Run) -> Result<()> {
    let catalog = run.store.catalog();
    core_access::prune(catalog).await?;
    run.store.changes().prune().await?;
    let tx = catalog.begin().await?;
    queue::prune(&tx).await?;
    Ok(tx.commit().await?)
}

/// How they are run, and when.
pub(crate) fn all() -> [(Runner, Schedule); 3] {
    [
        (Runner::of(prune_done), each_tenant("17 4 * * 0", &PruneDone {})),
        (Runner::of(repair), once("* * * * *", &Repair {})),
        (Runner::of(prune), once("* * * * *", &Prune {})),
    ]
}
