//! Who gets in, and whose widgets are whose.

use core_testing::{
    Samples, Things, assert_foreign_ids_do_not_exist, assert_owner_sees_every_get,
    assert_strangers_are_turned_away, assert_viewers_cannot_change, for_each_store,
};

use super::{acme, apps, widget};
use crate::testing::{named, samples};

#[tokio::test]
async fn every_route_lets_in_who_may_and_nobody_else() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let mut things = Things::default();
        samples(&ana, &mut things).await;
        let samples = Samples::of(&things);
        assert_strangers_are_turned_away(stage, &acme, &samples).await;
        assert_viewers_cannot_change(stage, &acme, &samples).await;
        assert_foreign_ids_do_not_exist(stage, &acme, &samples).await;
        assert_owner_sees_every_get(stage, &acme, &samples).await;
    })
    .await;
}

#[tokio::test]
async fn two_workspaces_may_use_one_name() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let globex = stage.tenant("globex").await;
        widget(stage, &acme, named("Falcon")).await;
        widget(stage, &globex, named("Falcon")).await;
        assert!(ana.get("/widgets").await.has_text("1 widget."));
    })
    .await;
}
