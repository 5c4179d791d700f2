//! Strangers become people: address, email, name and password; and forgotten passwords.

use core_access::{
    RateLimit, RateLimiter,
    entity::{email_link, rate_limit, user},
};
use core_jobs::job_entity;
use core_testing::{Actor, Answer, Stage, StoreKind, core_stores, for_each_store};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};

use crate::world::apps;

const PASSWORD: &str = "the kettle sings at noon";
const OTHER: &str = "seven boats below the bridge";

/// Asks for an email on `page` and gives back the link in it.
async fn link(stage: &Stage, page: &str, email: &str) -> String {
    let browser = stage.visitor();
    let form = browser.get(page).await.form(page);
    let sent = browser.submit(&form, &[("email", email)]).await;
    let email = &*email.trim().to_lowercase();
    assert!(sent.has_text("Check your email") && sent.has_text(email), "{}", sent.words());
    stage.run_jobs().await;
    stage.mailbox().newest_to(email).links()[0].to_owned()
}

async fn confirm(browser: &Actor, link: &str, name: &str, password: &str) -> Answer {
    let page = browser.get(link).await;
    assert_eq!(page.status, 200, "{}", page.words());
    browser.submit(&page.form("/signup/confirm"), &[("name", name), ("password", password)]).await
}

async fn users(stage: &Stage) -> usize {
    stage.store.catalog().find::<user::Entity>().all(stage.store.catalog()).await.unwrap().len()
}

async fn expire(stage: &Stage) {
    let catalog = stage.store.catalog();
    let past = core_base::clock::now() - chrono::TimeDelta::minutes(1);
    let update = catalog.update_many::<email_link::Entity>();
    update.col_expr(email_link::Column::ExpiresAt, Expr::value(past)).exec(catalog).await.unwrap();
}

#[tokio::test]
async fn a_stranger_proves_an_address_and_has_an_account() {
    for_each_store(apps, async |stage| {
        let link = link(stage, "/signup", "  Ada@Example.TEST ".trim()).await;
        assert_eq!(users(stage).await, 0, "nothing of value before the address is proven");
        // On another device, and looked at by a mail program before.
        let (robot, browser) = (stage.visitor(), stage.visitor());
        assert_eq!(robot.get(&link).await.status, 200);
        let answer = confirm(&browser, &link, "Ada Lovelace", PASSWORD).await;
        assert_eq!((answer.status, answer.location()), (303, "/workspaces/new"));
        let account = browser.get("/account").await;
        assert!(account.has_text("Ada Lovelace") && account.has_text("ada@example.test"));

        // The link is used up, in every window; the password works.
        assert!(robot.get(&link).await.has_text("This link no longer works"));
        let page = robot.get("/login").await;
        let form = page.form("/login");
        let fields = [("email", "ada@example.test"), ("password", PASSWORD)];
        assert_eq!(robot.submit(&form, &fields).await.status, 303);
    })
    .await;
}

#[tokio::test]
async fn a_known_address_looks_the_same_and_only_its_owner_is_told() {
    for_each_store(apps, async |stage| {
        let first = link(stage, "/signup", "ada@example.test").await;
        confirm(&stage.visitor(), &first, "Ada", PASSWORD).await;
        for page in ["/signup", "/forgot"] {
            let mut seen = vec![];
            for email in ["ada@example.test", "bob@example.test"] {
                let browser = stage.visitor();
                let form = browser.get(page).await.form(page);
                let answer = browser.submit(&form, &[("email", email)]).await;
                let words = answer.words().replace(email, "…");
                let names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
                seen.push((answer.status, words, names));
            }
            assert_eq!(seen[0], seen[1], "{page}");
        }
        stage.run_jobs().await;
        let subjects = |to: &str| {
            let emails = stage.mailbox().to(to);
            emails.into_iter().map(|letter| letter.subject).collect::<Vec<_>>().join("; ")
        };
        let (ada, bob) = (subjects("ada@example.test"), subjects("bob@example.test"));
        assert!(ada.contains("already have an account") && ada.contains("new password"), "{ada}");
        assert!(bob.contains("Confirm your email") && bob.contains("no account"), "{bob}");
        assert_eq!(users(stage).await, 1);
    })
    .await;
}

#[tokio::test]
async fn bad_input_is_refused_at_its_field_and_what_was_typed_is_kept() {
    for_each_store(apps, async |stage| {
        let browser = stage.visitor();
        let form = browser.get("/signup").await.form("/signup");
        for bad in ["", "ada", "ada@example", "a b@example.test", "a..b@example.test", "a@-b.test"]
        {
            let answer = browser.submit(&form, &[("email", bad)]).await;
            assert_eq!(answer.status, 422, "{bad}");
            assert!(answer.has_text("Enter a full address"), "{bad}");
        }
        stage.run_jobs().await;
        assert!(stage.mailbox().emails().is_empty());

        let link = link(stage, "/signup", "ada@example.test").await;
        for (name, password, problem) in [
            ("", PASSWORD, "Enter your name"),
            (&*"ä".repeat(81), PASSWORD, "at most 80"),
            ("Ada", "short", "15 characters"),
            ("Ada", "passwordpassword", "easy to guess"),
            ("Ada", "ada@example.test", "easy to guess"),
        ] {
            let answer = confirm(&browser, &link, name, password).await;
            assert_eq!(answer.status, 422, "{name} {password}");
            assert!(answer.has_text(problem), "{problem}: {}", answer.words());
            let form = answer.form("/signup/confirm");
            assert_eq!(form.value("name").unwrap_or_default(), name);
            assert!(form.value("password").unwrap_or_default().is_empty(), "never sent back");
        }
        assert_eq!(users(stage).await, 0);
        // Nothing of that used the link up.
        assert_eq!(confirm(&browser, &link, "Ada", PASSWORD).await.status, 303);
    })
    .await;
}

#[tokio::test]
async fn an_expired_link_offers_a_new_one_and_a_made_up_one_does_not() {
    for_each_store(apps, async |stage| {
        let old = link(stage, "/signup", "ada@example.test").await;
        expire(stage).await;
        let browser = stage.visitor();
        let page = browser.get(&old).await;
        assert!(page.has_text("Send a new link"), "{}", page.words());
        let sent = browser.submit(&page.form("/signup/again"), &[]).await;
        assert!(sent.has_text("Check your email"));
        stage.run_jobs().await;
        let new = stage.mailbox().newest_to("ada@example.test").links()[0].to_owned();
        assert_ne!(old, new);
        assert_eq!(confirm(&browser, &new, "Ada", PASSWORD).await.status, 303);

        for bad in ["", "x", &"0".repeat(64)] {
            let page = browser.get(&format!("/signup/confirm?token={bad}")).await;
            assert!(
                page.has_text("This link no longer works") && !page.has_text("Send a new link")
            );
        }
        // A link for one purpose is nothing for another.
        let reset = link(stage, "/forgot", "ada@example.test").await;
        let token = reset.split_once("token=").unwrap().1;
        let page = browser.get(&format!("/signup/confirm?token={token}")).await;
        assert!(page.has_text("This link no longer works"));
    })
    .await;
}

#[tokio::test]
async fn two_windows_make_one_account() {
    for_each_store(apps, async |stage| {
        let link = link(stage, "/signup", "ada@example.test").await;
        let (one, two) = (stage.visitor(), stage.visitor());
        let forms = [
            one.get(&link).await.form("/signup/confirm"),
            two.get(&link).await.form("/signup/confirm"),
        ];
        let (first, second) = tokio::join!(
            one.submit(&forms[0], &[("name", "Ada"), ("password", PASSWORD)]),
            two.submit(&forms[1], &[("name", "Ada"), ("password", OTHER)]),
        );
        let made = |answer: &Answer| answer.status == 303 && answer.location() == "/workspaces/new";
        assert_ne!(made(&first), made(&second), "{} {}", first.words(), second.words());
        let late = if made(&first) { &second } else { &first };
        // By a hair it reads that the link is over.
        let is_led_on = late.status == 303 && late.location() == "/login";
        assert!(is_led_on || late.has_text("This link no longer works"), "{}", late.words());
        assert_eq!(users(stage).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_letter_that_is_written_twice_carries_the_same_link() {
    for_each_store(apps, async |stage| {
        for (page, form) in [("/signup", "/signup/confirm"), ("/forgot", "/reset")] {
            let link = link(stage, page, "ada@example.test").await;
            // As if the worker had been killed before it could say that the email is sent.
            let catalog = stage.store.catalog();
            let update = catalog.update_many::<job_entity::Entity>();
            let ready = Expr::value(job_entity::State::Ready);
            let update = update.col_expr(job_entity::Column::State, ready);
            assert!(update.exec(catalog).await.unwrap().rows_affected > 0);
            assert!(stage.run_jobs().await > 0);
            let browser = stage.visitor();
            let page = browser.get(&link).await;
            assert_eq!(page.status, 200, "{}", page.words());
            let fields = [("name", "Ada"), ("password", PASSWORD)];
            assert_eq!(browser.submit(&page.form(form), &fields).await.status, 303);
        }
    })
    .await;
}

#[tokio::test]
async fn a_request_that_was_cut_off_is_not_counted() {
    for_each_store(apps, async |stage| {
        let once = RateLimit::new("once", 1, 3600);
        let limiter = RateLimiter::new(stage.store.catalog().clone(), true);
        for (kept, allowed) in [(false, true), (true, true), (true, false)] {
            let tx = stage.store.catalog().begin().await.unwrap();
            let answer = limiter.allow_in(&tx, once, "ada", 1).await;
            let answer = answer.map_err(core_base::Error::into_anyhow).unwrap();
            assert_eq!(answer.is_ok(), allowed);
            if kept {
                tx.commit().await.unwrap();
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_all_sessions_and_the_owner_is_told() {
    for_each_store(apps, async |stage| {
        let first = link(stage, "/signup", "ada@example.test").await;
        let old = stage.visitor();
        confirm(&old, &first, "Ada", PASSWORD).await;
        assert_eq!(old.get("/account").await.status, 200);

        let reset = link(stage, "/forgot", "ada@example.test").await;
        let browser = stage.visitor();
        let page = browser.get(&reset).await;
        let bad = browser.submit(&page.form("/reset"), &[("password", "short")]).await;
        assert_eq!(bad.status, 422);
        let saved = browser.submit(&bad.form("/reset"), &[("password", OTHER)]).await;
        assert_eq!((saved.status, saved.location()), (303, "/login?email=ada%40example.test"));
        let login = browser.follow(saved).await;
        assert_eq!(login.form("/login").value("email"), Some("ada@example.test"));
        assert_eq!(old.get("/account").await.status, 303, "signed out");
        assert!(browser.get(&reset).await.has_text("This link no longer works"));
        stage.run_jobs().await;
        let letter = stage.mailbox().newest_to("ada@example.test");
        assert!(letter.subject.contains("was changed"), "{}", letter.subject);
        for (password, status) in [(PASSWORD, 422), (OTHER, 303)] {
            let form = browser.get("/login").await.form("/login");
            let fields = [("email", "ada@example.test"), ("password", password)];
            assert_eq!(browser.submit(&form, &fields).await.status, status);
        }
    })
    .await;
}

#[tokio::test]
async fn one_email_in_three_minutes_and_a_few_a_day() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        let stage = Stage::with(kind, apps(), &[("RATE_LIMITS", "on")]).await;
        let browser = stage.visitor();
        let form = browser.get("/signup").await.form("/signup");
        let ask = async || {
            for email in ["ada@example.test", " ADA@example.test", "ada+1@example.test"] {
                let answer = browser.submit(&form, &[("email", email)]).await;
                assert!(answer.has_text("Check your email"), "the same page each time");
            }
            stage.run_jobs().await;
        };
        ask().await;
        assert_eq!(stage.mailbox().emails().len(), 1);
        for _ in 0..6 {
            pass(&stage, "email_pause").await;
            pass(&stage, "signup_from").await;
            ask().await;
        }
        assert_eq!(stage.mailbox().emails().len(), 5);
        stage.close().await;
    }
}

/// Lets the windows of a limit pass.
async fn pass(stage: &Stage, limit: &str) {
    let catalog = stage.store.catalog();
    let delete = catalog.delete_many::<rate_limit::Entity>();
    let all = rate_limit::Column::Key.starts_with(format!("{limit}:"));
    delete.filter(all).exec(catalog).await.unwrap();
}
