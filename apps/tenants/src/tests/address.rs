//! What a workspace is called and where it is: changed by those who may, followed everywhere.

use std::time::{Duration, Instant};

use core_testing::{Actor, Answer, Role, Stage, for_each_store};
use platform::{clock, workspaces::catalog::address};
use sea_orm::sea_query::Expr;

use super::{acme, apps};

const PAGE: &str = "/settings/general/address";

async fn move_to(actor: &Actor, slug: &str) -> Answer {
    let page = actor.get(PAGE).await;
    actor.submit(&page.form(PAGE), &[("slug", slug)]).await
}

#[tokio::test]
async fn an_admin_changes_name_and_time_zone() {
    for_each_store(apps, async |stage| {
        let (acme, _) = acme(stage).await;
        let ada = stage.member(&acme, Role::Admin).await;
        let page = ada.get("/settings/general").await;
        let form = page.form("/settings/general");
        assert_eq!((form.value("name"), form.value("zone")), (Some("Acme"), Some("UTC")));
        assert!(!page.has_text("Delete workspace"));
        let fields = [("name", "Acme Rockets"), ("zone", "Europe/Berlin")];
        let done = ada.submit(&form, &fields).await;
        let page = ada.follow(done).await;
        assert!(page.has_text("Settings saved"));
        assert_eq!(page.form("/settings/general").value("zone"), Some("Europe/Berlin"));
        assert!(ada.get("/settings/members").await.has_text("Acme Rockets"));

        for (name, zone, problem) in [
            ("", "UTC", "Give the workspace a name"),
            ("Acme", "Mars/Olympus", "Choose a time zone"),
            ("Acme", "", "Choose a time zone"),
        ] {
            let answer = ada.submit(&form, &[("name", name), ("zone", zone)]).await;
            assert_eq!(answer.status, 422);
            assert!(answer.has_text(problem));
            assert_eq!(answer.form("/settings/general").value("name"), Some(name));
        }
        let mia = stage.member(&acme, Role::Member).await;
        for path in ["/settings/general", PAGE, "/settings/general/available?slug=x"] {
            assert_eq!(mia.get(path).await.status, 403);
        }
        assert_eq!(mia.post("/settings/general", &fields).await.status, 403);
    })
    .await;
}

#[tokio::test]
async fn the_old_address_leads_to_the_new_one_in_every_process_within_a_second() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let other = stage.other_process().await;
        other.changes().poll().await.unwrap();
        let looking = tokio::spawn(other.changes().clone().run());
        assert!(other.directory().by_slug("acme").await.unwrap().is_some());
        assert!(other.directory().by_slug("apex").await.unwrap().is_none());

        let done = move_to(&ana, "apex").await;
        assert_eq!(done.status, 200);
        let settings = "http://apex.localhost:8000/settings/general";
        assert!(done.outline().contains(&format!("[Go to the new address]({settings})")));
        let begin = Instant::now();
        let moved = async || {
            let old = other.directory().by_host("acme.localhost").await.unwrap();
            format!("{old:?}").starts_with("Moved(")
        };
        while !moved().await || other.directory().by_slug("apex").await.unwrap().is_none() {
            assert!(begin.elapsed() < Duration::from_secs(1));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        looking.abort();
        let _ = looking.await;

        let old = ana.get("/settings/members?q=a%20b").await;
        let there = "http://apex.localhost:8000/settings/members?q=a%20b";
        assert_eq!((old.status, old.location()), (308, there));
        assert_eq!(old.header("cache-control"), "private, no-store");
        let post = ana.post("/settings/general", &[("name", "Lost"), ("zone", "UTC")]).await;
        assert_eq!(post.status, 409);
        assert!(post.has_text(
            "has moved to http://apex.localhost:8000. Nothing was saved: copy what you typed"
        ));
        // The session stays behind; a ticket opens one at the new address.
        let page = ana.go(&format!("{}/settings/general", acme.origin)).await;
        assert_eq!(page.origin, "http://apex.localhost:8000");
        assert_eq!(page.form("/settings/general").value("name"), Some("Acme"));
        assert!(ana.get(&format!("{}/workspaces", ana.account_origin())).await.has_text("apex."));
    })
    .await;
}

/// As if a workspace had given up its addresses this many days ago.
async fn age(stage: &Stage, days: i64) {
    let until =
        clock::now() + platform::workspaces::ADDRESS_REDIRECT - chrono::TimeDelta::days(days);
    let catalog = stage.store.catalog();
    let update = catalog.update_many::<address::Entity>();
    let update = update.col_expr(address::Column::LeadsUntil, Expr::value(until));
    update.exec(catalog).await.unwrap();
}

#[tokio::test]
async fn an_old_address_is_nobody_elses_for_ever() {
    for_each_store(apps, async |stage| {
        let (_, ana) = acme(stage).await;
        assert_eq!(move_to(&ana, "apex").await.status, 200);
        age(stage, 91).await;
        stage.store.changes().notify("tenant", "*");
        assert_eq!(ana.get("/").await.status, 404);

        let globex = stage.tenant("globex").await;
        let bo = stage.member(&globex, Role::Owner).await;
        for slug in ["acme", "apex"] {
            let answer = move_to(&bo, slug).await;
            assert_eq!(answer.status, 422);
            assert!(answer.has_text("This address is taken"));
            assert_eq!(answer.form(PAGE).value("slug"), Some(slug));
            let fields = [("name", "Stolen"), ("slug", slug)];
            let new = bo.post(&format!("{}/workspaces", bo.account_origin()), &fields).await;
            assert_eq!(new.status, 422);
            let part = bo.get(&format!("/settings/general/available?slug={slug}")).await;
            assert!(part.has_text("This address is taken"));
        }
        let part = bo.get("/settings/general/available?slug=globex").await;
        assert!(part.has_text("the current address"));
        for (slug, problem) in
            [("globex", "already its address"), ("", "3 to 40"), ("www", "reserved")]
        {
            let answer = move_to(&bo, slug).await;
            assert_eq!(answer.status, 422);
            assert!(answer.has_text(problem));
        }
        assert_eq!(bo.get("/settings/general").await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn a_workspace_may_go_back_to_an_address_of_its_own() {
    for_each_store(apps, async |stage| {
        let (acme, mut ana) = acme(stage).await;
        assert_eq!(move_to(&ana, "apex").await.status, 200);
        ana.origin = "http://apex.localhost:8000".into();
        assert_eq!(ana.go("/settings/general").await.status, 200);
        let part = ana.get("/settings/general/available?slug=acme").await;
        assert!(part.has_text("acme.localhost:8000 is available"));
        assert_eq!(move_to(&ana, "acme").await.status, 200);
        assert_eq!(ana.get("/settings/general").await.status, 308);
        // The session of the first address is still good there.
        ana.origin.clone_from(&acme.origin);
        assert_eq!(ana.get("/settings/general").await.status, 200);
        // A chain of addresses leads to the last one at once.
        assert_eq!(move_to(&ana, "acme-3").await.status, 200);
        for old in ["acme", "apex"] {
            let answer = ana.get(&format!("http://{old}.localhost:8000/x")).await;
            assert_eq!(answer.location(), "http://acme-3.localhost:8000/x");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_slips_into_an_address_while_it_is_given_up() {
    for_each_store(apps, async |stage| {
        for round in 0..8 {
            let from = stage.tenant(&format!("from-{round}")).await;
            let owner = stage.member(&from, Role::Owner).await;
            let bo = stage.person("Bo").await;
            let slug = format!("from-{round}");
            let fields = [("name", "Slipped"), ("slug", slug.as_str())];
            let to = format!("to-{round}");
            let (moved, new) = tokio::join!(move_to(&owner, &to), bo.post("/workspaces", &fields));
            assert_eq!((moved.status, new.status), (200, 422), "round {round}");
        }
    })
    .await;
}

/// Two people with the page open change different things: each keeps what the other saved.
#[tokio::test]
async fn what_one_did_not_touch_stays_as_another_saved_it() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let bo = stage.member(&acme, Role::Owner).await;
        let general = "/settings/general";
        let (hers, his) =
            (ana.get(general).await.form(general), bo.get(general).await.form(general));
        assert_eq!(bo.submit(&his, &[("name", "Acme Ltd")]).await.status, 303);
        assert_eq!(ana.submit(&hers, &[("zone", "Europe/Berlin")]).await.status, 303);
        let (hers, his) =
            (ana.get(general).await.form(general), bo.get(general).await.form(general));
        let now = (his.value("name"), his.value("zone"));
        assert_eq!(now, (Some("Acme Ltd"), Some("Europe/Berlin")));
        // Both at the same field: the last one decides.
        assert_eq!(bo.submit(&his, &[("name", "Acme Inc")]).await.status, 303);
        assert_eq!(ana.submit(&hers, &[("name", "Acme SE")]).await.status, 303);
        assert_eq!(bo.get(general).await.form(general).value("name"), Some("Acme SE"));
    })
    .await;
}
