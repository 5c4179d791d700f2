//! A person makes a workspace: good ways, bad input, two at once, twice at once, too often.

use core_testing::{Actor, Answer, Stage, StoreKind, core_stores, for_each_store};

use super::{acme, apps};

async fn send(actor: &Actor, name: &str, slug: &str) -> Answer {
    let page = actor.get(&format!("{}/workspaces/new", actor.account_origin())).await;
    actor.submit(&page.form("/workspaces"), &[("name", name), ("slug", slug)]).await
}

async fn count(stage: &Stage) -> usize {
    stage.store.tenants().await.unwrap().len()
}

#[tokio::test]
async fn somebody_without_a_workspace_makes_one_and_owns_it() {
    for_each_store(apps, async |stage| {
        let ana = stage.person("Ana").await;
        let list = ana.get("/workspaces").await;
        assert!(list.outline().contains("[Create a workspace](/workspaces/new)"));
        let page = ana.get("/workspaces/new").await;
        assert!(page.has_text("Account") && page.has_text("Name your workspace"));

        // The address is made of the name where none is typed.
        let done = send(&ana, " Caf\u{e9} M\u{fc}ller ", "").await;
        assert_eq!(done.location(), "http://cafe-muller.localhost:8000/");
        let settings = ana.go("http://cafe-muller.localhost:8000/settings/general").await;
        assert_eq!(settings.status, 200);
        assert_eq!(settings.form("/settings/general").value("name"), Some("Caf\u{e9} M\u{fc}ller"));
        assert!(settings.has_text("Owner"));

        let list = ana.get("/workspaces").await;
        assert!(list.has_text("cafe-muller.localhost:8000"));
        assert!(list.outline().contains("[New workspace](/workspaces/new)"));
        assert!(!ana.get("/workspaces/new").await.has_text("Account Workspace"));
        let done = send(&ana, "Second", "Two-2").await;
        assert_eq!(done.location(), "http://two-2.localhost:8000/");
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost() {
    for_each_store(apps, async |stage| {
        let ana = stage.person("Ana").await;
        let (long, longer) = ("x".repeat(61), "x".repeat(10_000));
        for (name, slug, problem) in [
            ("", "acme", "Give the workspace a name"),
            (" ", "acme", "Give the workspace a name"),
            (&long, "acme", "at most 60 characters"),
            (&longer, "acme", "at most 60 characters"),
            ("A\u{202e}B", "acme", "invisible characters"),
            ("A\0B", "acme", "invisible"),
            ("Acme", "ab", "3 to 40"),
            ("Acme", &longer, "3 to 40"),
            ("Acme", "ac me", "lowercase letters"),
            ("Acme", "a--b", "one at a time"),
            ("Acme", "www", "reserved"),
            ("Acme", "l0gin", "looks like one that is reserved"),
            ("Acme", "<b>acme</b>", "lowercase letters"),
            ("\u{2026}!", "", "Enter an address"),
        ] {
            let answer = send(&ana, name, slug).await;
            assert_eq!(answer.status, 422, "{name:.20} {slug:.20}");
            assert!(answer.has_text(problem), "{problem}: {}", answer.words());
            let form = answer.form("/workspaces");
            // But for what nobody sees.
            assert_eq!(form.value("name"), Some(&*name.replace(['\0', '\u{202e}'], "")));
            assert_eq!(form.value("slug"), Some(slug));
            assert!(answer.outline().contains("(invalid)"));
        }
        assert_eq!(count(stage).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_taken_address_is_refused_and_said_so_before() {
    for_each_store(apps, async |stage| {
        acme(stage).await;
        let gone = stage.tenant("gone").await;
        stage.store.delete_tenant(&gone.tenant).await.unwrap();
        let bo = stage.person("Bo").await;
        for slug in ["acme", "gone"] {
            let answer = send(&bo, "Acme too", slug).await;
            assert_eq!(answer.status, 422);
            assert!(answer.has_text("This address is taken. Choose a different one."));
            assert_eq!(answer.form("/workspaces").value("name"), Some("Acme too"));
        }
        for (slug, says) in [
            ("acme", "This address is taken"),
            ("gone", "This address is taken"),
            ("ACME-2", "acme-2.localhost:8000 is available"),
            ("adm1n", "looks like one that is reserved"),
            ("a", "3 to 40"),
            ("", "Lowercase letters"),
            ("%00", "Use only lowercase letters"),
        ] {
            let part = bo.get(&format!("/workspaces/available?slug={slug}")).await;
            assert_eq!(part.status, 200);
            assert!(part.has_text(says), "{slug}: {}", part.text);
            assert!(!part.text.contains("<html"));
        }
        // A name suggests an address, which the page puts into the field; a typed one stays.
        let part = bo.get("/workspaces/available?name=S%C3%B8n+%26+Stra%C3%9Fe").await;
        assert_eq!(part.header("hx-trigger"), r#"{"slug":{"value":"son-strasse"}}"#);
        assert!(part.has_text("son-strasse.localhost:8000 is available"), "{}", part.text);
        let part = bo.get("/workspaces/available?name=Acme&slug=typed").await;
        assert!(part.header("hx-trigger").is_empty() && part.has_text("typed.localhost"));
        assert_eq!(count(stage).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_people_who_want_one_address_one_gets_it() {
    for_each_store(apps, async |stage| {
        for round in 0..8 {
            let (ana, bo) = (stage.person("Ana").await, stage.person("Bo").await);
            let slug = format!("wanted-{round}");
            let (one, two) = tokio::join!(send(&ana, "Ana's", &slug), send(&bo, "Bo's", &slug));
            let (winner, loser, typed) =
                if one.status == 303 { (one, two, "Bo's") } else { (two, one, "Ana's") };
            assert_eq!((winner.status, loser.status), (303, 422), "round {round}");
            assert!(loser.has_text("This address is taken"));
            assert_eq!(loser.form("/workspaces").value("name"), Some(typed));
            assert_eq!(loser.form("/workspaces").value("slug"), Some(slug.as_str()));
        }
        assert_eq!(count(stage).await, 8);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_sent_twice_makes_one_workspace_and_leads_into_it() {
    for_each_store(apps, async |stage| {
        for round in 0..8 {
            let ana = stage.person("Ana").await;
            let slug = format!("twice-{round}");
            let (one, two) = tokio::join!(send(&ana, "Twice", &slug), send(&ana, "Twice", &slug));
            let there = format!("http://{slug}.localhost:8000/");
            assert_eq!((one.location(), two.location()), (&*there, &*there));
            assert_eq!(send(&ana, "Twice", &slug).await.location(), there);
            // Another name is another wish, and another person never gets in.
            assert_eq!(send(&ana, "Other", &slug).await.status, 422);
            let bo = stage.person("Bo").await;
            assert_eq!(send(&bo, "Twice", &slug).await.status, 422);
        }
        assert_eq!(count(stage).await, 8);
    })
    .await;
}

#[tokio::test]
async fn nobody_makes_more_than_five_in_an_hour() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        let stage = Stage::with(kind, apps(), &[("RATE_LIMITS", "on")]).await;
        let ana = stage.person("Ana").await;
        for number in 0..5 {
            assert_eq!(send(&ana, "Mine", &format!("mine-{number}")).await.status, 303);
            // What makes none does not count.
            assert_eq!(send(&ana, "Again", &format!("mine-{number}")).await.status, 422);
        }
        let answer = send(&ana, "One more", "mine-6").await;
        assert_eq!(answer.status, 422);
        assert!(answer.has_text("Try again in 60 minutes"));
        assert_eq!(answer.form("/workspaces").value("name"), Some("One more"));
        assert_eq!(count(&stage).await, 5);
        let bo = stage.person("Bo").await;
        assert_eq!(send(&bo, "His", "mine-6").await.status, 303);
        stage.close().await;
    }
}

#[tokio::test]
async fn a_new_workspace_is_its_makers_alone() {
    for_each_store(apps, async |stage| {
        let (ana, bo) = (stage.person("Ana").await, stage.person("Bo").await);
        let made = send(&ana, "Private", "private").await;
        assert_eq!(ana.go(&format!("{}settings/members", made.location())).await.status, 200);
        assert_eq!(bo.go(&format!("{}settings/members", made.location())).await.status, 403);
        assert!(bo.get("/workspaces").await.has_text("You are not in a workspace yet"));
    })
    .await;
}
