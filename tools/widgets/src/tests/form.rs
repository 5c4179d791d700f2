//! Creating, editing and deleting one widget.

use core_testing::{Role, for_each_store};

use super::{acme, apps, widget};
use crate::testing::named;

#[tokio::test]
async fn a_widget_is_created_shown_edited_and_deleted() {
    for_each_store(apps, async |stage| {
        let (_, ana) = acme(stage).await;
        let form = ana.get("/widgets/new").await.form("/widgets");
        let made = ana.submit(&form, &[("name", " Falcon "), ("notes", "Up\r\nand away")]).await;
        let path = made.location().to_owned();
        let page = ana.get(&path).await;
        assert!(page.has_text("Falcon") && page.has_text("Up and away"));
        assert!(page.has_text("Widget created"));

        let form = ana.get(&format!("{path}/edit")).await.form(&path);
        // All that the form shows comes back, so that a field it forgot is not emptied by saving.
        assert_eq!(form.value("notes"), Some("Up\nand away"));
        let saved = ana.submit(&form, &[("name", "Heron")]).await;
        let page = ana.follow(saved).await;
        assert!(page.has_text("Widget saved") && page.has_text("Up and away"));

        let asks = ana.get(&format!("{path}/delete")).await;
        assert!(asks.has_text("Delete Heron?"));
        let gone = ana.submit(&asks.form(&format!("{path}/delete")), &[]).await;
        assert!(ana.follow(gone).await.has_text("Heron deleted"));
        assert_eq!(ana.get(&path).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_said_at_the_field_and_what_was_typed_is_kept() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        widget(stage, &acme, named("Falcon")).await;
        let form = ana.get("/widgets/new").await.form("/widgets");
        for (name, problem) in
            [(" ", "Give the widget a name."), ("Falcon", "Another widget has this name.")]
        {
            let answer = ana.submit(&form, &[("name", name), ("notes", "kept")]).await;
            assert_eq!(answer.status, 422, "{name}");
            assert!(answer.has_text(problem), "{problem}");
            assert_eq!(answer.form("/widgets").value("notes"), Some("kept"));
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_saves_over_a_change_they_have_not_seen() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let path = widget(stage, &acme, named("Falcon")).await.path();
        let edit = format!("{path}/edit");
        let bo = stage.member(&acme, Role::Member).await;
        let (hers, his) = (ana.get(&edit).await, bo.get(&edit).await);
        assert_eq!(bo.submit(&his.form(&path), &[("name", "Heron")]).await.status, 303);

        let conflict = ana.submit(&hers.form(&path), &[("name", "Falcon 2")]).await;
        assert_eq!(conflict.status, 409, "{:?}", hers.form(&path).value("version"));
        assert!(conflict.has_text("Someone else saved this widget") && conflict.has_text("Heron"));
        let again = conflict.form(&path);
        assert_eq!(again.value("name"), Some("Falcon 2"));
        // Now she has seen it, and hers counts.
        assert_eq!(ana.submit(&again, &[]).await.status, 303);
        assert!(ana.get(&path).await.has_text("Falcon 2"));
    })
    .await;
}
