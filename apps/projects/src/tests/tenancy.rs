//! Who gets in, and whose projects are whose.

use core_testing::{assert_resources, for_each_store};

use super::{acme, apps, project};
use crate::testing::named;

#[tokio::test]
async fn projects_do_what_every_resource_does() {
    assert_resources(apps).await;
}

#[tokio::test]
async fn two_workspaces_may_use_one_name() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let globex = stage.tenant("globex").await;
        project(stage, &acme, named("Falcon")).await;
        project(stage, &globex, named("Falcon")).await;
        assert!(ana.get("/projects").await.has_text("1 project."));
    })
    .await;
}
