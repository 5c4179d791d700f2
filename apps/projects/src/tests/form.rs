//! Creating, editing and deleting one project.

use core_testing::{Answer, for_each_store};

use super::{acme, all, apps, project};
use crate::{
    project::{self, Chosen, Draft, Status},
    testing::named,
};

/// What a field of the form holds.
fn value(page: &Answer, action: &str, field: &str) -> String {
    page.form(action).value(field).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_project_is_created_shown_edited_and_deleted() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let page = ana.get("/projects/new").await;
        assert_eq!(
            value(&page, "/projects", "owner"),
            ana.member_id().to_string(),
            "mine at first"
        );
        let fields = [("name", " Falcon "), ("summary", "Up\r\nand away"), ("due", "2026-12-31")];
        let made = ana.submit(&page.form("/projects"), &fields).await;
        let path = made.location().to_owned();
        let page = ana.get(&path).await;
        for text in
            ["Falcon", "Up and away", "31 Dec 2026", "On track", &ana.name, "Project created"]
        {
            assert!(page.has_text(text), "{text}");
        }

        let form = ana.get(&format!("{path}/edit")).await;
        let fields = [("name", "Heron"), ("status", "at_risk"), ("owner", ""), ("due", "")];
        let saved = ana.submit(&form.form(&path), &fields).await;
        assert_eq!(saved.location(), path);
        let page = ana.get(&path).await;
        for text in ["Heron", "At risk", "Nobody", "No date", "Project saved"] {
            assert!(page.has_text(text), "{text}");
        }

        let asks = ana.get(&format!("{path}/delete")).await;
        assert!(asks.has_text("Delete Heron?"));
        let gone = ana.submit(&asks.form(&format!("{path}/delete")), &[]).await;
        assert_eq!(gone.location(), "/projects");
        assert!(ana.follow(gone).await.has_text("Heron deleted"));
        assert_eq!(ana.get(&path).await.status, 404);
        assert!(stage.write_in(&acme, all).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_said_at_the_field_and_what_was_typed_is_kept() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let falcon = project(stage, &acme, named("Falcon")).await;
        let rocket = project(stage, &acme, named("Rocket")).await;
        let stranger = falcon.id.to_string();
        for (field, typed, problem) in [
            ("name", " ", "Give the project a name."),
            ("name", "Falcon", "Another project has this name."),
            ("due", "next week", "Enter a date"),
            ("owner", stranger.as_str(), "not a member of the workspace"),
        ] {
            for from in ["/projects/new".to_owned(), format!("{}/edit", rocket.path())] {
                let form = ana.get(&from).await;
                let to = if from.ends_with("new") { "/projects".into() } else { rocket.path() };
                let name = if field == "name" { typed } else { "Heron" };
                let mut fields = vec![("name", name), ("summary", "kept")];
                fields.extend((field != "name").then_some((field, typed)));
                let answer = ana.submit(&form.form(&to), &fields).await;
                assert_eq!(answer.status, 422, "{field} {typed}");
                assert!(answer.has_text(problem), "{problem}");
                assert!(answer.outline().contains("(invalid)"));
                assert_eq!(value(&answer, &to, "summary"), "kept");
                // A select can't show what is not among its choices.
                if field != "owner" {
                    assert_eq!(value(&answer, &to, field), typed);
                }
            }
        }
        let rows = stage.write_in(&acme, all).await;
        assert_eq!(rows, [falcon, rocket], "nothing was saved");
    })
    .await;
}

#[tokio::test]
async fn nobody_saves_over_a_change_they_have_not_seen() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let bo = stage.member(&acme, core_testing::Role::Member).await;
        let project = project(stage, &acme, named("Falcon")).await;
        let (path, edit) = (project.path(), format!("{}/edit", project.path()));
        let (hers, his) = (ana.get(&edit).await, bo.get(&edit).await);
        let his_fields = [("name", "Heron"), ("status", "at_risk"), ("due", "2026-12-31")];
        assert_eq!(bo.submit(&his.form(&path), &his_fields).await.status, 303);

        let fields = [("name", "Falcon 2"), ("summary", "typed by Ana")];
        let conflict = ana.submit(&hers.form(&path), &fields).await;
        assert_eq!(conflict.status, 409);
        for text in ["Someone else saved this project", "Heron", "At risk", "31 Dec 2026"] {
            assert!(conflict.has_text(text), "{text}");
        }
        assert_eq!(value(&conflict, &path, "name"), "Falcon 2");
        assert_eq!(value(&conflict, &path, "summary"), "typed by Ana");
        assert!(conflict.outline().contains(&format!("[Take theirs]({edit})")));
        assert_eq!(stage.write_in(&acme, all).await[0].name, "Heron");

        // Now she has seen it, and hers counts.
        assert_eq!(ana.submit(&conflict.form(&path), &[]).await.status, 303);
        let row = stage.write_in(&acme, all).await.remove(0);
        assert_eq!((row.name.as_str(), row.status, row.version), ("Falcon 2", Status::OnTrack, 3));
    })
    .await;
}

#[tokio::test]
async fn what_was_typed_into_a_deleted_project_can_become_a_new_one() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let project = project(stage, &acme, named("Falcon")).await;
        let path = project.path();
        let form = ana.get(&format!("{path}/edit")).await;
        let gone = Chosen::from(project.id);
        stage.write_in(&acme, |db| async move { gone.delete(&db).await }).await;

        let gone = ana.submit(&form.form(&path), &[("summary", "typed by Ana")]).await;
        assert_eq!(gone.status, 404);
        assert!(gone.has_text("This project no longer exists"));
        assert_eq!(value(&gone, "/projects", "summary"), "typed by Ana");
        assert_eq!(ana.submit(&gone.form("/projects"), &[]).await.status, 303);
        let rows = stage.write_in(&acme, all).await;
        assert_eq!((rows.len(), rows[0].summary.as_str()), (1, "typed by Ana"));
    })
    .await;
}

#[tokio::test]
async fn every_field_that_another_changed_meanwhile_is_shown() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let before = project(stage, &acme, named("Falcon")).await;
        let form = ana.get(&format!("{}/edit", before.path())).await.form(&before.path());
        let theirs = Draft {
            name: "Heron".into(),
            summary: "Quite another".into(),
            status: Status::OffTrack,
            owner_id: ana.member,
            due: "2026-12-31".parse().ok(),
        };
        let (row, draft) = (before.clone(), theirs);
        let saved =
            stage.write_in(&acme, |db| async move { project::save(&db, &row, 1, draft).await });
        assert_eq!(saved.await, project::Saved::Yes);
        let conflict = ana.submit(&form, &[]).await;
        assert_eq!(conflict.status, 409);
        for text in ["Name Heron", "Summary Quite another", "Status Off track", "Due 31 Dec 2026"] {
            assert!(conflict.has_text(text), "{text}: {}", conflict.words());
        }
        assert!(conflict.has_text(&format!("Owner {}", ana.name)));
        let again = stage.write_in(&acme, |db| async move {
            project::save(&db, &before, 1, named("Late")).await
        });
        assert_eq!(again.await, project::Saved::Overtaken, "`before` is not what is there by now");
    })
    .await;
}

#[tokio::test]
async fn no_door_saves_what_the_form_would_refuse() {
    for_each_store(apps, async |stage| {
        let (acme, _) = acme(stage).await;
        let before = project(stage, &acme, named("Falcon")).await;
        for bad in [
            named(" "),
            named(&"x".repeat(81)),
            named("Two\nlines"),
            Draft { summary: "x".repeat(501), ..named("Heron") },
            Draft { due: "3000-01-01".parse().ok(), ..named("Heron") },
        ] {
            let (row, draft) = (before.clone(), bad.clone());
            let refused = stage.write_in(&acme, |db| async move {
                let created = project::create(&db, draft.clone()).await;
                let saved = project::save(&db, &row, 1, draft).await;
                Ok((created.is_err(), saved.is_err()))
            });
            assert_eq!(refused.await, (true, true), "{bad:?}");
        }
        assert_eq!(stage.write_in(&acme, all).await, [before]);
    })
    .await;
}
