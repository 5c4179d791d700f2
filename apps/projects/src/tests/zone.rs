//! Which day it is on the pages of a workspace.

use core_testing::for_each_store;
use platform::{clock, zone};

use super::{acme, apps, project};
use crate::{project::Draft, testing::named};

#[tokio::test]
async fn today_is_the_day_in_the_workspaces_time_zone() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        // Twenty-five hours apart: it is never the same day in both, so UTC can't stand in.
        for name in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
            let described = stage.store.describe_tenant(&acme.tenant, "Acme", name).await;
            described.map_err(platform::Error::into_anyhow).unwrap();
            let due = Some(zone::day_in(name, clock::now()));
            let project = project(stage, &acme, Draft { due, ..named(name) }).await;
            let page = ana.get(&project.path()).await;
            assert!(page.has_text("(today)"), "{name}: {}", page.words());
        }
    })
    .await;
}
