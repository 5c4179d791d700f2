//! What the platform does about workspaces by itself.

use platform::{Job, Result, Run};
use serde::{Deserialize, Serialize};

/// Erases the workspaces whose owners deleted them long enough ago.
#[derive(Serialize, Deserialize)]
pub struct EraseDue {}

impl Job for EraseDue {
    const NAME: &'static str = "tenants.erase_due";
}

pub(crate) async fn erase_due(_: EraseDue, run: Run) -> Result<()> {
    run.store.erase_due().await.map(drop)
}
