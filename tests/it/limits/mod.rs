//! Limits hold whatever many do at once, pages at a limit say so, and apps may say no to each other.

mod guards;
mod pages;
mod race;

use core_access::entitlements::Setting;
use core_testing::{Stage, Workspace};

/// As `groundwork tenant limit` sets it.
async fn set(stage: &Stage, workspace: &Workspace, key: &str, to: Setting) {
    let one = stage.registry.entitlements().iter().find(|one| one.key == key).unwrap();
    let done = one.set(&stage.store, &workspace.tenant, to, None).await;
    done.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
}
