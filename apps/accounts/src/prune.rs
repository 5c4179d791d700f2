//! What accounts need no more is forgotten, every night.

use platform::{Job, Priority, Result, Run};
use serde::{Deserialize, Serialize};

use crate::{security_log, trusted_device};

/// Old entries of security logs, and devices that are trusted no more.
#[derive(Serialize, Deserialize)]
pub(crate) struct Prune {}

impl Job for Prune {
    const NAME: &'static str = "accounts.prune";
    const PRIORITY: Priority = Priority::Low;
}

pub(crate) async fn prune(_: Prune, run: Run) -> Result<()> {
    security_log::prune(run.store.catalog()).await?;
    trusted_device::prune(run.store.catalog()).await
}
