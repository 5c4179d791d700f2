//! Widgets on a real store, through the front door.

use core_testing::{Role, assert_resources, for_each_store};
use platform::App;

fn apps() -> Vec<App> {
    crate::own::migrate(); // template
    vec![crate::app()]
}

/// What every resource does: who gets in, what is refused, what is kept.
#[tokio::test]
async fn widgets_do_what_every_resource_does() {
    assert_resources(apps).await;
}

#[tokio::test]
async fn a_widget_is_created_and_found() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Member).await;
        let form = ana.get("/widgets/new").await.form("/widgets");
        let made = ana.submit(&form, &[("name", " Falcon "), ("notes", "Up and away")]).await;
        let page = ana.follow(made).await;
        assert!(page.has_text("Falcon") && page.has_text("Widget created"), "{}", page.words());
        let found = ana.get("/widgets?q=FALCON").await;
        assert!(found.has_text("1 widget found."), "{}", found.words());
    })
    .await;
}
