//! What people can do with blank_widgets, through the front door.

use core_testing::{
    Role, Samples, assert_owner_sees_every_get, assert_strangers_are_turned_away, for_each_store,
};
use platform::App;

fn apps() -> Vec<App> {
    vec![crate::app()]
}

#[tokio::test]
async fn members_see_the_page_and_nobody_else() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let vic = stage.member(&acme, Role::Viewer).await;
        assert!(vic.get("/blank_widgets").await.has_text("Nothing here yet"));
        assert_strangers_are_turned_away(stage, &acme, &Samples::new()).await;
        assert_owner_sees_every_get(stage, &acme, &Samples::new()).await;
    })
    .await;
}
