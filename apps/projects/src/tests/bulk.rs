//! The same change to several projects at once.

use core_testing::for_each_store;

use super::{acme, all, apps, project, three};
use crate::{
    project::Status,
    testing::{many, named},
};

#[tokio::test]
async fn a_status_is_given_to_those_that_were_chosen_and_leads_back() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let rows = three(stage, &acme).await;
        let (a, b) = (rows[0].id.to_string(), rows[1].id.to_string());
        let fields = [("action", "set-status-off_track"), ("id", a.as_str()), ("id", b.as_str())];
        let done = ana.post("/projects/bulk?q=o&sort=name&per_page=50", &fields).await;
        assert_eq!(done.location(), "/projects?q=o&sort=name&per_page=50");
        assert!(ana.follow(done).await.has_text("2 projects: off track"));
        let now = stage.write_in(&acme, all).await;
        let states: Vec<_> = now.iter().map(|row| (row.name.as_str(), row.status)).collect();
        let off = Status::OffTrack;
        assert_eq!(states, [("Boat", Status::Done), ("Falcon", off), ("Rocket", off)]);
        assert_eq!(now[1].version, 2, "a form that is open elsewhere must notice");
    })
    .await;
}

#[tokio::test]
async fn assigning_asks_for_the_owner_and_takes_none_for_granted() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let rows = three(stage, &acme).await;
        let (id, me) = (rows[0].id.to_string(), ana.member_id().to_string());
        let asks = ana.post("/projects/bulk", &[("action", "ask-owner"), ("id", &id)]).await;
        assert!(asks.has_text("Assign 1 project") && asks.has_text("Falcon"));
        let form = asks.form("/projects/bulk");
        let owners = async || {
            let rows = stage.write_in(&acme, all).await.into_iter();
            rows.map(|row| row.owner_id.is_some()).collect::<Vec<_>>()
        };

        let done = ana.submit(&form, &[("action", "ask-owner"), ("value", &me)]).await;
        assert_eq!(done.location(), "/projects");
        let said = format!("Owner of 1 project is now {}", ana.name);
        assert!(ana.follow(done).await.has_text(&said), "{said}");
        assert_eq!(owners().await, [false, true, false]);

        // Whoever presses the button without a choice takes nobody's project away.
        assert_eq!(form.value("value").unwrap_or_default(), "");
        for nothing in ["", id.as_str()] {
            let fields = [("action", "ask-owner"), ("value", nothing)];
            let refused = ana.submit(&form, &fields).await;
            assert_eq!(refused.status, 422, "{nothing}");
        }
        assert_eq!(owners().await, [false, true, false]);

        let done = ana.submit(&form, &[("action", "ask-owner"), ("value", "none")]).await;
        assert!(ana.follow(done).await.has_text("Owner of 1 project is now nobody"));
        assert_eq!(owners().await, [false; 3]);
    })
    .await;
}

#[tokio::test]
async fn all_that_match_are_more_than_a_page_and_no_more_than_were_asked_about() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let (user, kept) = (ana.user, three(stage, &acme).await.len());
        stage.write_in(&acme, |db| async move { many(&db, &[user], "bulk", 60).await }).await;
        let list = ana.get("/projects?q=bulk").await;
        assert!(list.has_text("Select all 60 that match"));
        let whole = [("action", "set-status-at_risk"), ("all", "true")];
        let done = ana.post("/projects/bulk?q=bulk", &whole).await;
        assert!(ana.follow(done).await.has_text("60 projects: at risk"));
        let at_risk = stage.write_in(&acme, all).await.into_iter();
        let at_risk = at_risk.filter(|row| row.status == Status::AtRisk && row.version == 2);
        assert_eq!(at_risk.count(), 60);

        let asks =
            ana.post("/projects/bulk?q=bulk", &[("action", "delete"), ("all", "true")]).await;
        assert!(asks.has_text("Delete 60 projects?") && asks.has_text("and 50 more"));
        let form = asks.form("/projects/bulk?q=bulk");
        project(stage, &acme, named("bulk, made meanwhile")).await;
        let stale = ana.submit(&form, &[("action", "delete")]).await;
        assert!(stale.has_text("Nothing was changed yet") && stale.has_text("61 projects"));
        assert_eq!(stage.write_in(&acme, all).await.len(), kept + 61);
        let form = stale.form("/projects/bulk?q=bulk");
        let done = ana.submit(&form, &[("action", "delete")]).await;
        assert!(ana.follow(done).await.has_text("61 projects deleted"));
        assert_eq!(stage.write_in(&acme, all).await.len(), kept);
    })
    .await;
}

#[tokio::test]
async fn whoever_does_not_delete_after_all_finds_the_list_and_its_ticks_again() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let rows = three(stage, &acme).await;
        let id = rows[1].id.to_string();
        let fields = [("action", "delete"), ("id", id.as_str())];
        let asks = ana.post("/projects/bulk?q=o&sort=name", &fields).await;
        let back = format!("/projects?q=o&sort=name&ticked={id}");
        assert!(asks.outline().contains(&format!("[Cancel]({back})")), "{}", asks.outline());
        let list = ana.get(&back).await.markup();
        let is_ticked = |id: &str| {
            list.contains(&format!("value=\"{id}\" aria-label=\"Select Rocket\" checked"))
        };
        assert!(is_ticked(&id));
        assert_eq!(list.matches(" checked").count(), 1, "no other");
        assert!(!list.contains("&amp;ticked="), "links of the list lead on without them");
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
        assert_eq!(stage.write_in(&acme, all).await.len(), 3, "not yet");
        let form = asks.form("/projects/bulk?page=2");
        let done = ana.submit(&form, &[("action", "delete")]).await;
        assert_eq!(done.location(), "/projects?page=2");
        assert!(ana.follow(done).await.has_text("2 projects deleted"));
        assert_eq!(stage.write_in(&acme, all).await.len(), 1);
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
            &[("action", "set-status-done"), ("id", id.as_str())],
            &[("action", "delete"), ("id", id.as_str()), ("sure", "true")],
            &[("action", "format-disk"), ("id", id.as_str())],
            &[("action", "set-status-done"), ("id", "nonsense")],
        ] {
            assert_eq!(ana.post("/projects/bulk", fields).await.location(), "/projects");
        }
        assert_eq!(stage.write_in(&globex, all).await, [theirs]);
    })
    .await;
}
