//! The list: what is found, and what each role sees.

use core_testing::{Role, for_each_store};

use super::{acme, apps, widget};
use crate::{testing::named, widget::Draft};

#[tokio::test]
async fn words_are_found_in_name_and_notes_whatever_their_case() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let notes = "Grows on TREES, 50%_off".to_owned();
        widget(stage, &acme, Draft { notes, ..named("Falcon") }).await;
        widget(stage, &acme, named("Boat")).await;
        for good in ["falcon", "FALCON", "trees", "50%25_"] {
            let page = ana.get(&format!("/widgets?q={good}")).await;
            assert!(page.has_text("1 widget found.") && page.has_text("Falcon"), "{good}");
        }
        let page = ana.get("/widgets?q=_oat").await;
        assert!(page.has_text("No widget matches “_oat”"));
    })
    .await;
}

#[tokio::test]
async fn a_page_of_a_long_list_costs_two_queries() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        for number in 0..26 {
            widget(stage, &acme, named(&format!("Falcon {number}"))).await;
        }
        // Who is asking stands in copies, which are believed for as long as they are looked after.
        stage.store.changes().poll().await.unwrap();
        ana.get("/widgets").await;
        let page = ana.get("/widgets").await;
        page.assert_queries_at_most(2 + 2);
        assert!(page.has_text("1–25 of 26 widgets"));
        assert!(ana.get("/widgets?page=99").await.has_text("26–26 of 26 widgets"), "the last one");
    })
    .await;
}

#[tokio::test]
async fn a_viewer_sees_nothing_that_they_cannot_use() {
    for_each_store(apps, async |stage| {
        let (acme, _) = acme(stage).await;
        let vic = stage.member(&acme, Role::Viewer).await;
        assert!(vic.get("/widgets").await.has_text("There are no widgets yet"));
        let path = widget(stage, &acme, named("Falcon")).await.path();
        for path in ["/widgets", &path] {
            let page = vic.get(path).await;
            assert!(page.has_text("Falcon"));
            for word in ["New widget", "Edit", "Delete"] {
                assert!(!page.outline().contains(word), "{word} on {path}");
            }
        }
    })
    .await;
}
