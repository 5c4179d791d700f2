//! The table: what it shows, what it saves, and how soon that works.

use std::time::{Duration, Instant};

use core_testing::{
    Samples, assert_foreign_ids_do_not_exist, assert_owner_sees_every_get,
    assert_strangers_are_turned_away, assert_viewers_cannot_change, for_each_store,
};

use super::{acme, apps, held, member_as, named, role, tick};

#[tokio::test]
async fn the_table_lists_every_permission_and_saves_what_is_ticked() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let contractor = role(stage, &acme, &ana, "Contractor", &[]).await;
        let cy = member_as(stage, &acme, &contractor).await;
        let page = ana.get("/settings/roles").await;
        for text in ["Owner", "Viewer", "Contractor", "1 person", "0 people", "Things", "Workspace"]
        {
            assert!(page.has_text(text), "{text}");
        }
        for label in ["Look at things", "Sell things", "Create, edit and delete roles"] {
            assert!(page.has_text(label), "{label}");
        }
        assert_eq!(cy.get("/things").await.status, 403);
        let look = format!("{}:things.look", contractor.id);
        let saved = ana.submit(&page.form("/settings/roles"), &[("grant", &look)]).await;
        assert!(ana.follow(saved).await.has_text("Role saved"));
        assert_eq!(held(&named(stage, &acme, "Contractor").await), ["things.look"]);
        // At once for who writes, and here also for who reads.
        assert_eq!(cy.get("/things").await.status, 200);
        assert_eq!(cy.post("/things", &[]).await.status, 403);
        assert!(cy.get("/things").await.has_text("Contractor"), "what people call the role");

        let page = ana.get("/settings/roles").await;
        assert!(page.outline().contains("grant = ") && page.outline().contains("(checked)"));
        let role = named(stage, &acme, "Contractor").await;
        assert_eq!(tick(&ana, &role, &["things.look", "things.sell"]).await.status, 303);
        assert_eq!(cy.post("/things", &[]).await.status, 303);
        let role = named(stage, &acme, "Contractor").await;
        assert_eq!(tick(&ana, &role, &[]).await.status, 303);
        assert_eq!(cy.post("/things", &[]).await.status, 403);
        assert_eq!(cy.get("/things").await.status, 403);
        // A key that nobody declares is not kept.
        let role = named(stage, &acme, "Contractor").await;
        assert_eq!(tick(&ana, &role, &["gone.app", "things.look"]).await.status, 303);
        assert_eq!(held(&named(stage, &acme, "Contractor").await), ["things.look"]);
    })
    .await;
}

#[tokio::test]
async fn nobody_ticks_over_a_change_they_have_not_seen() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let seen = role(stage, &acme, &ana, "Contractor", &[]).await;
        assert_eq!(tick(&ana, &seen, &["things.look"]).await.status, 303);
        let answer = tick(&ana, &seen, &["things.sell"]).await;
        assert_eq!(answer.status, 409);
        assert!(
            answer.has_text("Someone else changed Contractor")
                && answer.has_text("It now allows: Look at things.")
        );
        assert_eq!(held(&named(stage, &acme, "Contractor").await), ["things.look"]);
        // What was ticked still stands, and now it may be saved.
        let form = answer.form("/settings/roles");
        assert_eq!(form.value("grant"), Some(&*format!("{}:things.sell", seen.id)));
        assert_eq!(ana.submit(&form, &[]).await.status, 303);
        assert_eq!(held(&named(stage, &acme, "Contractor").await), ["things.sell"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_grant_works_within_a_second_in_another_process() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let contractor = role(stage, &acme, &ana, "Contractor", &["things.look"]).await;
        let cy = member_as(stage, &acme, &contractor).await;
        let other = stage.other_process().await;
        other.changes().poll().await.unwrap();
        let looking = tokio::spawn(other.changes().clone().run());
        let members = platform::workspaces::Members::new(&other);
        let may = async |permission: platform::PermissionDef| {
            let found = members.find(&acme.tenant, cy.user).await;
            found.map_err(platform::Error::into_anyhow).unwrap().unwrap().may(&permission)
        };
        let look = platform::PermissionDef::of::<super::Look>();
        assert!(may(look).await);
        assert_eq!(tick(&ana, &contractor, &[]).await.status, 303);
        let start = Instant::now();
        while may(look).await {
            assert!(start.elapsed() < Duration::from_secs(1), "not within a second");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        looking.abort();
        let _ = looking.await;
    })
    .await;
}

#[tokio::test]
async fn every_route_lets_in_who_may_and_nobody_else() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let role = role(stage, &acme, &ana, "Contractor", &[]).await;
        let path = format!("/settings/roles/{}", role.id);
        let samples = Samples::new()
            .path("/settings/roles/{id}", &path)
            .form("/settings/roles/{id}", &[("name", "Stolen"), ("version", "1")])
            .path("/settings/roles/{id}/delete", format!("{path}/delete"))
            .form("/settings/roles/new", &[("name", "Planted")]);
        assert_strangers_are_turned_away(stage, &acme, &samples).await;
        assert_viewers_cannot_change(stage, &acme, &samples).await;
        assert_foreign_ids_do_not_exist(stage, &acme, &samples).await;
        assert_owner_sees_every_get(stage, &acme, &samples).await;
        assert_eq!(named(stage, &acme, "Contractor").await, role);
    })
    .await;
}
