//! What people can do with widgets, on a real store, through the front door.

use core_testing::{
    Actor, Role, Samples, Stage, Things, Workspace, assert_foreign_ids_do_not_exist,
    assert_owner_sees_every_get, assert_strangers_are_turned_away, assert_viewers_cannot_change,
    for_each_store,
};
use platform::App;

use crate::testing::{make, samples};

fn apps() -> Vec<App> {
    crate::own::migrate(); // template
    vec![crate::app()]
}

/// The workspace acme, and Ana who works in it.
async fn acme(stage: &Stage) -> (Workspace, Actor) {
    let acme = stage.tenant("acme").await;
    let ana = stage.member(&acme, Role::Member).await;
    (acme, ana)
}

#[tokio::test]
async fn a_widget_is_created_found_edited_and_deleted() {
    for_each_store(apps, async |stage| {
        let (_, ana) = acme(stage).await;
        let form = ana.get("/widgets/new").await.form("/widgets");
        let made = ana.submit(&form, &[("name", " Falcon "), ("notes", "Up\r\nand away")]).await;
        let path = made.location().to_owned();
        let page = ana.get(&path).await;
        for text in ["Falcon", "Up and away", "Widget created"] {
            assert!(page.has_text(text), "{text}: {}", page.words());
        }
        let found = ana.get("/widgets?q=AWAY").await;
        assert!(found.has_text("1 widget found."), "{}", found.words());

        let form = ana.get(&format!("{path}/edit")).await.form(&path);
        assert_eq!(form.value("notes"), Some("Up\nand away"));
        let saved = ana.submit(&form, &[("name", "Heron")]).await;
        assert!(ana.follow(saved).await.has_text("Widget saved"));

        let asks = ana.get(&format!("{path}/delete")).await;
        let gone = ana.submit(&asks.form(&format!("{path}/delete")), &[]).await;
        assert!(ana.follow(gone).await.has_text("Heron deleted"));
        assert_eq!(ana.get(&path).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_name_is_asked_for_and_is_nobody_elses() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        stage.write_in(&acme, |db| async move { make(&db, "Falcon").await }).await;
        let form = ana.get("/widgets/new").await.form("/widgets");
        for (name, problem) in
            [(" ", "Enter the name."), ("Falcon", "Another widget has this name.")]
        {
            let answer = ana.submit(&form, &[("name", name), ("notes", "kept")]).await;
            assert_eq!(answer.status, 422, "{name}");
            assert!(answer.has_text(problem), "{problem}: {}", answer.words());
            assert_eq!(answer.form("/widgets").value("notes"), Some("kept"));
        }
    })
    .await;
}

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
