//! The same change to several projects at once.

use core_testing::for_each_store;

use super::{acme, all, apps, project, three};
use crate::{project::Status, testing::named};

#[tokio::test]
async fn a_status_is_given_to_those_that_were_chosen_and_leads_back() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let rows = three(stage, &acme).await;
        let (a, b) = (rows[0].id.to_string(), rows[1].id.to_string());
        let fields = [("action", "off_track"), ("id", a.as_str()), ("id", b.as_str())];
        let done = ana.post("/projects/bulk?q=o&sort=name&per_page=50", &fields).await;
        assert_eq!(done.location(), "/projects?q=o&sort=name&per_page=50");
        assert!(ana.follow(done).await.has_text("2 projects: off track"));
        let now = stage.in_tenant(&acme, all).await;
        let states: Vec<_> = now.iter().map(|row| (row.name.as_str(), row.status)).collect();
        let off = Status::OffTrack;
        assert_eq!(states, [("Boat", Status::Done), ("Falcon", off), ("Rocket", off)]);
        assert_eq!(now[1].version, 2, "a form that is open elsewhere must notice");
    })
    .await;
}

#[tokio::test]
async fn assigning_asks_for_the_owner() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let rows = three(stage, &acme).await;
        let id = rows[0].id.to_string();
        let asks = ana.post("/projects/bulk", &[("action", "assign"), ("id", &id)]).await;
        assert!(asks.has_text("Assign 1 project") && asks.has_text("Falcon"));
        let form = asks.form("/projects/bulk");
        let me = ana.member_id().to_string();
        let wrong = ana.submit(&form, &[("action", "assign"), ("owner", &id)]).await;
        assert_eq!(wrong.status, 422);
        let done = ana.submit(&form, &[("action", "assign"), ("owner", &me)]).await;
        assert_eq!(done.location(), "/projects");
        let owners = stage.in_tenant(&acme, all).await.into_iter().map(|row| row.owner_id);
        assert_eq!(owners.collect::<Vec<_>>(), [None, ana.member.map(|id| id.0), None]);
        let done = ana.submit(&form, &[("action", "assign"), ("owner", "")]).await;
        assert_eq!(done.status, 303);
        assert!(stage.in_tenant(&acme, all).await.iter().all(|row| row.owner_id.is_none()));
    })
    .await;
}

#[tokio::test]
async fn deleting_asks_first_and_says_which() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let rows = three(stage, &acme).await;
        let (a, b) = (rows[0].id.to_string(), rows[2].id.to_string());
        let fields = [("action", "delete"), ("id", a.as_str()), ("id", b.as_str())];
        let asks = ana.post("/projects/bulk?page=2", &fields).await;
        assert_eq!(asks.status, 200);
        for text in ["Delete 2 projects?", "Falcon", "Boat", "Cancel"] {
            assert!(asks.has_text(text), "{text}");
        }
        assert!(!asks.has_text("Rocket"));
        assert_eq!(stage.in_tenant(&acme, all).await.len(), 3, "not yet");
        let form = asks.form("/projects/bulk?page=2");
        let done = ana.submit(&form, &[("action", "delete")]).await;
        assert_eq!(done.location(), "/projects?page=2");
        assert!(ana.follow(done).await.has_text("2 projects deleted"));
        assert_eq!(stage.in_tenant(&acme, all).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_was_not_chosen_or_is_not_ours_stays_as_it_is() {
    for_each_store(apps, async |stage| {
        let (_, ana) = acme(stage).await;
        let globex = stage.tenant("globex").await;
        let theirs = project(stage, &globex, named("Theirs")).await;
        let id = theirs.id.to_string();
        for fields in [
            &[("action", "delete")][..],
            &[("action", "done"), ("id", id.as_str())],
            &[("action", "delete"), ("id", id.as_str()), ("sure", "true")],
            &[("action", "format-disk"), ("id", id.as_str())],
            &[("action", "done"), ("id", "nonsense")],
        ] {
            assert_eq!(ana.post("/projects/bulk", fields).await.location(), "/projects");
        }
        assert_eq!(stage.in_tenant(&globex, all).await, [theirs]);
    })
    .await;
}
