//! A person's own account: name, way of writing, time zone, password.

use core_access::{Role, entity::user};
use core_http::SESSION_COOKIE;
use core_testing::{Actor, Answer, Stage, for_each_store};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};

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
        let copy = stage.visitor();
        let cookie = here.cookie(&here.origin, SESSION_COOKIE).unwrap();
        copy.set_cookie(&here.origin, SESSION_COOKIE, &cookie);
        assert_eq!(copy.get("/account").await.status, 200, "the copy of a cookie is in");
        let done = change(&here, PASSWORD, OTHER).await;
        assert_eq!((done.status, done.location()), (303, "/account"));
        assert_ne!(here.cookie(&here.origin, SESSION_COOKIE), Some(cookie), "a new id");
        assert_eq!(copy.get("/account").await.status, 303, "and out with the new password");
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
async fn a_new_password_ends_the_links_that_were_mailed_before() {
    for_each_store(apps, async |stage| {
        let ada = ada(stage).await;
        let visitor = stage.visitor();
        let form = visitor.get("/forgot").await.form("/forgot");
        assert_eq!(visitor.submit(&form, &[("email", "ada@x.test")]).await.status, 200);
        stage.run_jobs().await;
        let link = stage.mailbox().newest_to("ada@x.test").links()[0].to_owned();
        assert_eq!(ada.get(&link).await.status, 200);
        let changed = change(&ada, PASSWORD, OTHER).await;
        assert_eq!(changed.status, 303, "{}", changed.words());
        assert!(ada.get(&link).await.has_text("This link no longer works"));
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
    assert!(stopped.has_text("Too many attempts. Try again in 5 minutes."), "{}", stopped.words());
    assert_eq!(stopped.status, 429);
    assert!(stopped.header("retry-after").parse::<u32>().unwrap() > 200);
    stage.close().await;
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_in_workspaces_of_this_browser_too() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let hash = accounts::user::hash(PASSWORD.to_owned()).await;
        let hash = hash.map_err(core_base::Error::into_anyhow).unwrap();
        let ana = stage.member(&acme, Role::Owner).await;
        let catalog = stage.store.catalog();
        let update = catalog.update_many::<user::Entity>();
        let update = update.filter(user::Column::Id.eq(ana.user));
        update.col_expr(user::Column::PasswordHash, Expr::value(hash)).exec(catalog).await.unwrap();
        assert_eq!(ana.get("/projects").await.status, 200);
        let copy = stage.visitor_at(&acme);
        copy.set_cookie(
            &acme.origin,
            SESSION_COOKIE,
            &ana.cookie(&acme.origin, SESSION_COOKIE).unwrap(),
        );
        assert_eq!(copy.get("/projects").await.status, 200);
        assert_eq!(change(&ana, PASSWORD, OTHER).await.status, 303);
        assert_eq!(copy.get("/projects").await.status, 303, "the copy is out");
        let back = ana.go("/projects").await;
        assert_eq!((back.status, &back.origin), (200, &acme.origin), "the browser is let in again");
        assert_eq!(copy.get("/projects").await.status, 303);
    })
    .await;
}

#[tokio::test]
async fn what_nobody_sees_is_no_name_and_a_line_is_one_line() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        for blank in ["\u{200b}", "\u{2060}\u{feff}", "\u{3164}", "\u{2800}", "\u{e0041}\u{e007f}"]
        {
            let why = blank.escape_unicode();
            assert_eq!(save(&ana, &[("name", blank)]).await.status, 422, "a person {why}");
            for (page, form) in [
                ("/settings/general", "/settings/general"),
                ("/settings/roles/new", "/settings/roles/new"),
                ("/projects/new", "/projects"),
            ] {
                let form = ana.get(page).await.form(form);
                let answer = ana.submit(&form, &[("name", blank)]).await;
                assert_eq!(answer.status, 422, "{page} {why}");
            }
        }
        let form = ana.get("/settings/roles/new").await.form("/settings/roles/new");
        for twin in ["Admin\u{200b}", "\u{ff21}DMIN", "Vie\u{ad}wer", "Owner\r\n"] {
            let answer = ana.submit(&form, &[("name", twin)]).await;
            assert_eq!(answer.status, 422, "{}: {}", twin.escape_unicode(), answer.words());
        }
        assert_eq!(save(&ana, &[("name", "Ana\r\nLima\u{200b}")]).await.status, 303);
        let kept = ana.get(&account(&ana)).await.form("/account");
        assert_eq!(kept.value("name"), Some("Ana Lima"));
    })
    .await;
}

#[tokio::test]
async fn a_password_is_the_same_typed_on_any_keyboard() {
    for_each_store(apps, async |stage| {
        let (one, two) = ("the caf\u{e9} sings at noon", "the cafe\u{301} sings at noon");
        let ada = ada(stage).await;
        assert_eq!(change(&ada, PASSWORD, one).await.status, 303);
        for typed in [one, two] {
            assert_eq!(sign_in(&stage.visitor(), typed).await.status, 303);
        }
    })
    .await;
}
