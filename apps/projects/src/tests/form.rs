//! Creating, editing and deleting one project.

use core_testing::{Answer, for_each_store};
use platform::{TenantEntity, resource::Saved, ui::Errors};
use sea_orm::{ColumnTrait, QueryFilter};
use serde_json::json;

use super::{acme, all, apps, project};
use crate::{
    project::{self, Status},
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
        assert!(page.has_text("One or two sentences. Shown in the list."), "{}", page.words());
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
            ("name", " ", "Enter the name."),
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
        let name = "Name Before Falcon Theirs Heron Yours Falcon 2";
        let kept = "What only they changed is in the form already: Status and Due.";
        for text in ["Someone else saved this project", name, kept] {
            assert!(conflict.has_text(text), "{text}: {}", conflict.words());
        }
        assert_eq!(value(&conflict, &path, "name"), "Falcon 2");
        assert_eq!(value(&conflict, &path, "summary"), "typed by Ana");
        assert!(conflict.outline().contains(&format!("[Take theirs]({edit})")));
        assert_eq!(stage.write_in(&acme, all).await[0].name, "Heron");

        // Now she has seen it, and hers counts; what only he changed stays as he saved it.
        assert_eq!(ana.submit(&conflict.form(&path), &[]).await.status, 303);
        let row = stage.write_in(&acme, all).await.remove(0);
        assert_eq!((row.name.as_str(), row.status, row.version), ("Falcon 2", Status::AtRisk, 3));
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
        let id = project.id;
        let gone = |db: platform::TenantDb| async move {
            let all = db.delete_many::<project::Entity>();
            Ok(all.filter(project::Column::Id.eq(id)).exec(&db).await?)
        };
        stage.write_in(&acme, gone).await;

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
        let bo = stage.member(&acme, core_testing::Role::Member).await;
        let his = bo.get(&format!("{}/edit", before.path())).await.form(&before.path());
        let owner = ana.member_id().to_string();
        let theirs = [
            ("name", "Heron"),
            ("summary", "Quite another"),
            ("status", "off_track"),
            ("owner", &*owner),
            ("due", "2026-12-31"),
        ];
        assert_eq!(bo.submit(&his, &theirs).await.status, 303);
        let hers = [
            ("name", "Stork"),
            ("summary", "And another"),
            ("status", "done"),
            ("owner", &*bo.member_id().to_string()),
            ("due", "2027-01-31"),
        ];
        let conflict = ana.submit(&form, &hers).await;
        assert_eq!(conflict.status, 409);
        for text in [
            "Name Before Falcon Theirs Heron Yours Stork",
            "Theirs Quite another Yours And another",
            "Before On track Theirs Off track Yours Done",
            "Theirs 31 Dec 2026 Yours 31 Jan 2027",
            &*format!("Before Nobody Theirs {} Yours {}", ana.name, bo.name),
        ] {
            assert!(conflict.has_text(text), "{text}: {}", conflict.words());
        }
        // Whoever touched nothing has nothing against it.
        assert_eq!(ana.submit(&form, &[]).await.status, 303);
        assert_eq!(stage.write_in(&acme, all).await[0].name, "Heron");
    })
    .await;
}

#[tokio::test]
async fn no_door_saves_what_the_form_would_refuse() {
    for_each_store(apps, async |stage| {
        let (acme, _) = acme(stage).await;
        let before = project(stage, &acme, named("Falcon")).await;
        let bad = [
            json!({ "name": " " }),
            json!({ "name": "x".repeat(81) }),
            json!({ "name": "Heron", "summary": "x".repeat(501) }),
            json!({ "name": "Heron", "due": "3000-01-01" }),
            json!({ "name": "Heron", "status": "fine" }),
            json!({ "name": "Heron", "owner": before.id }),
            json!({ "name": "Heron", "version": 7 }),
        ];
        for body in bad {
            let (of, body) = (project::resource().build().unwrap(), body.as_object().unwrap());
            let (id, body) = (before.id.0, body.clone());
            let refused = stage.write_in(&acme, |db| async move {
                let (mut errors, mut again) = (Errors::default(), Errors::default());
                let new = of.draft_of_json(&body, &mut errors);
                let change = of.draft_of_json(&body, &mut again);
                let created = of.create(&db, new, errors).await?;
                let saved = of.save(&db, id, Some(1), change, again).await?;
                Ok((created.is_err(), matches!(saved, Saved::Wrong(_))))
            });
            assert_eq!(refused.await, (true, true));
        }
        // Nor an archive.
        let two = project::Model { name: "Two\nlines".to_owned(), ..before.clone() };
        let late = project::Model { due: "3000-01-01".parse().ok(), ..before.clone() };
        for bad in [two, late] {
            assert!(project::Entity::problem(&bad).is_some(), "{bad:?}");
        }
        assert_eq!(project::Entity::problem(&before), None);
        assert_eq!(stage.write_in(&acme, all).await, [before]);
    })
    .await;
}
