//! A person's own account: name, way of writing, time zone, password.

use core_access::Role;
use core_testing::{Actor, Answer, Stage, for_each_store};

use crate::world::apps;

const PASSWORD: &str = "the kettle sings at noon";
const OTHER: &str = "seven boats below the bridge";

fn account(actor: &Actor) -> String {
    format!("{}/account", actor.account_origin())
}

async fn save(actor: &Actor, fields: &[(&str, &str)]) -> Answer {
    let page = actor.get(&account(actor)).await;
    actor.submit(&page.form("/account"), fields).await
}

async fn change(actor: &Actor, current: &str, password: &str) -> Answer {
    let page = actor.get(&account(actor)).await;
    let fields = [("current", current), ("password", password)];
    actor.submit(&page.form("/account/password"), &fields).await
}

/// A person with a password, signed in.
async fn ada(stage: &Stage) -> Actor {
    let made = accounts::user::create(stage.store.catalog(), "ada@x.test", "Ada", PASSWORD).await;
    made.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
    let browser = stage.visitor();
    assert_eq!(sign_in(&browser, PASSWORD).await.status, 303);
    browser
}

async fn sign_in(browser: &Actor, password: &str) -> Answer {
    let form = browser.get("/login").await.form("/login");
    browser.submit(&form, &[("email", "ada@x.test"), ("password", password)]).await
}

#[tokio::test]
async fn a_new_name_is_seen_here_at_once_and_by_colleagues_soon() {
    for_each_store(apps, async |stage| {
        let (acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
        let ana = stage.member(&acme, Role::Owner).await;
        let bo = stage.member(&globex, Role::Owner).await;
        let saved = save(&ana, &[("name", "  Ana <i>Lima</i> ")]).await;
        assert_eq!((saved.status, saved.location()), (303, "/account"));
        let page = ana.get(&account(&ana)).await;
        assert!(page.has_text("Ana <i>Lima</i>"), "{}", page.words());
        assert_eq!(page.form("/account").value("name"), Some("Ana <i>Lima</i>"));
        stage.run_jobs().await;
        let list = ana.get("/settings/members").await;
        assert!(list.has_text("Ana <i>Lima</i>") && !list.has_text(&ana.name));
        assert!(bo.get("/settings/members").await.has_text(&bo.name), "another's is untouched");
    })
    .await;
}

#[tokio::test]
async fn of_two_new_names_the_later_one_reaches_the_workspace() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        for name in ["First", "Second"] {
            assert_eq!(save(&ana, &[("name", name)]).await.status, 303);
        }
        stage.run_jobs().await;
        let list = ana.get("/settings/members").await;
        assert!(list.has_text("Second") && !list.has_text("First"), "{}", list.words());
    })
    .await;
}

#[tokio::test]
async fn times_are_shown_in_the_persons_own_zone_and_way_of_writing() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let page = ana.get("/projects/new").await;
        let fields = [("name", "Rocket"), ("due", "2030-12-24")];
        assert_eq!(ana.submit(&page.form("/projects"), &fields).await.status, 303);
        for (locale, said) in
            [("en-GB", "24 Dec 2030"), ("en-US", "Dec 24, 2030"), ("en-CA", "2030-12-24")]
        {
            let fields = [("locale", locale), ("zone", "Pacific/Auckland")];
            assert_eq!(save(&ana, &fields).await.status, 303);
            let list = ana.get("/projects").await;
            assert!(list.has_text(said), "{locale}: {}", list.words());
            assert!(list.text.contains(&format!("<html lang=\"{locale}\"")), "{locale}");
            let edit = list.text.split("/projects/").find(|rest| rest.contains("/edit\""));
            let id = edit.and_then(|rest| rest.split('/').next()).unwrap();
            let form = ana.get(&format!("/projects/{id}/edit")).await;
            assert!(form.has_text(said), "{locale}, under the field: {}", form.words());
        }
        let kept = ana.get(&account(&ana)).await.form("/account");
        assert_eq!(kept.value("zone"), Some("Pacific/Auckland"));
    })
    .await;
}

#[tokio::test]
async fn a_theme_goes_with_the_person_to_every_host_and_back_to_the_systems() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Viewer).await;
        let shown = async |path: &str| {
            let page = ana.get(path).await;
            let start = page.text.split("data-theme=\"").nth(1).unwrap_or_default();
            start.split('"').next().unwrap_or_default().to_owned()
        };
        assert_eq!(shown("/projects").await, "system");
        // By the menu of a workspace, without script.
        let token = ana.get("/projects").await;
        let chosen = ana.submit(&token.form("/theme"), &[("theme", "dark")]).await;
        assert_eq!(chosen.status, 303);
        assert_eq!(shown("/projects").await, "dark");
        assert_eq!(shown(&account(&ana)).await, "dark", "the account's host follows");
        assert_eq!(shown("/nowhere").await, "dark", "a page that knows the browser alone");
        // Another browser of the same person has it too.
        assert_eq!(save(&ana, &[("theme", "system")]).await.status, 303);
        assert_eq!(shown("/projects").await, "system");
        let form = ana.get("/projects").await.form("/theme");
        assert_eq!(ana.submit(&form, &[("theme", "mauve")]).await.status, 303);
        assert_eq!(shown("/projects").await, "system", "an unknown one changes nothing");
        // Whoever is not signed in has it remembered by the browser.
        let stranger = stage.visitor();
        let form = stranger.get("/login").await.form("/theme");
        assert_eq!(stranger.submit(&form, &[("theme", "light")]).await.status, 303);
        assert!(stranger.get("/pricing").await.text.contains("data-theme=\"light\""));
    })
    .await;
}

#[tokio::test]
async fn a_bad_profile_is_refused_at_its_field_and_nothing_is_lost_or_saved() {
    for_each_store(apps, async |stage| {
        let ada = ada(stage).await;
        for (field, bad) in [
            ("name", " "),
            ("name", &*"x".repeat(81)),
            ("locale", "de-DE"),
            ("zone", "Mars/Base"),
            ("theme", "mauve"),
        ] {
            let answer = save(&ada, &[(field, bad)]).await;
            assert_eq!(answer.status, 422, "{field} {bad}");
            if field == "name" {
                assert_eq!(answer.form("/account").value("name"), Some(bad));
            }
        }
        let page = ada.get("/account").await;
        assert_eq!(page.form("/account").value("name"), Some("Ada"));
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions_and_is_told_by_letter() {
    for_each_store(apps, async |stage| {
        let (here, elsewhere) = (ada(stage).await, stage.visitor());
        assert_eq!(sign_in(&elsewhere, PASSWORD).await.status, 303);
        let done = change(&here, PASSWORD, OTHER).await;
        assert_eq!((done.status, done.location()), (303, "/account"));
        assert!(here.follow(done).await.has_text("All other devices are logged out"));
        let out = elsewhere.get("/account").await;
        assert!(out.location().starts_with("/login"), "{}", out.location());
        let browser = stage.visitor();
        assert_eq!(sign_in(&browser, PASSWORD).await.status, 422, "the old one is over");
        assert_eq!(sign_in(&browser, OTHER).await.status, 303);
        stage.run_jobs().await;
        let letter = stage.mailbox().newest_to("ada@x.test");
        assert!(letter.subject.contains("password") && letter.subject.contains("changed"));
        assert_eq!(stage.mailbox().to("ada@x.test").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_the_old_one_and_no_other() {
    for_each_store(apps, async |stage| {
        let (here, elsewhere) = (ada(stage).await, stage.visitor());
        assert_eq!(sign_in(&elsewhere, PASSWORD).await.status, 303);
        for (current, password, said) in [
            ("", OTHER, "Enter your current password"),
            ("not the right one", OTHER, "This is not your current password"),
            (PASSWORD, "short", "Use 15 characters or more"),
            (PASSWORD, "", "Choose a password"),
            (PASSWORD, "ada@x.test ada@x.test", "easy to guess"),
        ] {
            let answer = change(&here, current, password).await;
            assert_eq!(answer.status, 422, "{said}");
            assert!(answer.has_text(said), "{said}: {}", answer.words());
            assert_eq!(answer.form("/account").value("name"), Some("Ada"), "{said}");
            for secret in [current, password].into_iter().filter(|secret| secret.len() > 5) {
                assert!(!answer.text.contains(&format!("value=\"{secret}\"")), "{said}");
            }
        }
        assert_eq!(elsewhere.get("/account").await.status, 200);
        stage.run_jobs().await;
        assert!(stage.mailbox().to("ada@x.test").is_empty());
    })
    .await;
}

#[tokio::test]
async fn guessing_the_old_password_in_a_stolen_session_is_stopped() {
    let stage =
        Stage::with(core_testing::StoreKind::Sqlite, apps(), &[("RATE_LIMITS", "on")]).await;
    let ada = ada(&stage).await;
    for _ in 0..5 {
        let wrong = change(&ada, "not the right one", OTHER).await;
        assert!(wrong.has_text("This is not your current password"), "{}", wrong.words());
    }
    let stopped = change(&ada, PASSWORD, OTHER).await;
    assert!(stopped.has_text("Try again in 5 minutes"), "{}", stopped.words());
    stage.close().await;
}
