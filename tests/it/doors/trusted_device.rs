//! A device that is trusted is asked for no second step: for its person, for thirty days, until anything changes.

use chrono::TimeDelta;
use core_testing::{Actor, Answer, Form, Stage};

use super::second_step::{PASSWORD, code, log_in, pass, second_with, wait, with_app};
use crate::world::everywhere;

const KIM: &str = "kim@example.test";

/// Kim logs in in this browser, and trusts it.
async fn trusting(browser: &Actor, secret: &str) {
    wait();
    log_in(browser, KIM).await;
    let trust = [("code", &*code(secret, 0)), ("trust", "true")];
    assert_eq!(second_with(browser, &trust).await.status, 303);
}

/// Logs out and in again with the password.
async fn again(browser: &Actor) -> String {
    let form = browser.get("/account").await.form("/logout");
    browser.submit(&form, &[]).await;
    log_in(browser, KIM).await.location().to_owned()
}

fn stop_of(page: &Answer) -> Form {
    let forms = page.forms();
    forms.into_iter().find(|form| form.path().contains("/trusted/")).expect("a trusted device")
}

#[tokio::test]
async fn who_trusts_a_device_is_asked_again_after_thirty_days() {
    everywhere(async |world| {
        let (_, secret, _) = with_app(&world.stage).await;
        let browser = world.stage.visitor();
        trusting(&browser, &secret).await;
        for _ in 0..2 {
            assert_eq!(again(&browser).await, "/workspaces", "the password is enough here");
        }
        let elsewhere = world.stage.visitor();
        assert_eq!(log_in(&elsewhere, KIM).await.location(), "/login/mfa");
        // The password is still asked for.
        let form = browser.get("/account").await.form("/logout");
        browser.submit(&form, &[]).await;
        let form = browser.get("/login").await.form("/login");
        let wrong = [("email", KIM), ("password", "not the password")];
        assert_eq!(browser.submit(&form, &wrong).await.status, 422);
        pass(TimeDelta::days(30));
        let late = log_in(&browser, KIM).await;
        assert_eq!(late.location(), "/login/mfa");
    })
    .await;
}

#[tokio::test]
async fn a_device_is_trusted_by_whoever_said_so_and_for_them_alone() {
    everywhere(async |world| {
        let stage = &world.stage;
        let (_, secret, _) = with_app(stage).await;
        let browser = stage.visitor();
        trusting(&browser, &secret).await;
        // Lee, with an app of his own, in the browser that Kim trusts.
        let lee = "lee@example.test";
        let made = accounts::user::create(stage.store.catalog(), lee, "Lee", PASSWORD).await;
        let user = made.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
        let given = accounts::second_factor::give(
            stage.store.catalog(),
            &stage.core.vault,
            user,
            "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        );
        given.await.unwrap();
        let form = browser.get("/account").await.form("/logout");
        browser.submit(&form, &[]).await;
        assert_eq!(log_in(&browser, lee).await.location(), "/login/mfa");
        // Without the box ticked nothing is trusted.
        let other = stage.visitor();
        wait();
        log_in(&other, KIM).await;
        second_with(&other, &[("code", &*code(&secret, 0))]).await;
        assert_eq!(again(&other).await, "/login/mfa");
    })
    .await;
}

#[tokio::test]
async fn trust_ends_at_a_click_and_with_every_change_of_how_one_logs_in() {
    everywhere(async |world| {
        let (first, secret, _) = with_app(&world.stage).await;
        let browser = world.stage.visitor();
        trusting(&browser, &secret).await;
        let page = first.get("/account/sessions").await;
        assert!(page.has_text("Trusted devices"), "{}", page.words());
        let stop = stop_of(&page);
        // Somebody else's does not exist.
        let stranger = world.stage.person("Stranger").await;
        assert_eq!(stranger.post(stop.path(), &[]).await.status, 404);
        assert_eq!(again(&browser).await, "/workspaces");
        let done = first.submit(&stop, &[]).await;
        let done = first.follow(done).await;
        assert!(done.has_text("That device is no longer trusted"), "{}", done.words());
        assert!(!done.has_text("Trusted devices"));
        assert_eq!(again(&browser).await, "/login/mfa");

        trusting(&browser, &secret).await;
        let form = browser.get("/account").await.form("/account/password");
        let fields = [("current", PASSWORD), ("password", "nine kites above the harbour")];
        assert_eq!(browser.submit(&form, &fields).await.status, 303);
        let form = browser.get("/account").await.form("/logout");
        browser.submit(&form, &[]).await;
        let form = browser.get("/login").await.form("/login");
        let fields = [("email", KIM), ("password", "nine kites above the harbour")];
        assert_eq!(browser.submit(&form, &fields).await.location(), "/login/mfa");
    })
    .await;
}

#[tokio::test]
async fn an_email_and_a_trusted_device_are_not_enough() {
    everywhere(async |world| {
        let stage = &world.stage;
        let (_, secret, _) = with_app(stage).await;
        let browser = stage.visitor();
        trusting(&browser, &secret).await;
        let form = browser.get("/account").await.form("/logout");
        browser.submit(&form, &[]).await;
        browser.post("/login/link", &[("email", KIM)]).await;
        stage.run_jobs().await;
        let all = stage.mailbox().to(KIM);
        let mail = all.iter().find(|mail| mail.subject.starts_with("Log in to")).unwrap();
        let form = browser.get(mail.links()[0]).await.form("/login/link/confirm");
        assert_eq!(browser.submit(&form, &[]).await.location(), "/login/mfa");
    })
    .await;
}

#[tokio::test]
async fn each_way_of_taking_an_account_back_ends_trust() {
    type Deed = fn(&Stage, core_base::UserId) -> futures_util::future::BoxFuture<'_, ()>;
    let deeds: [Deed; 3] = [
        |stage, _| {
            Box::pin(async move {
                let reader = stage.visitor();
                reader.post("/forgot", &[("email", KIM)]).await;
                stage.run_jobs().await;
                let all = stage.mailbox().to(KIM);
                let mail = all.iter().find(|mail| mail.subject.starts_with("Choose a new"));
                let form = reader.get(mail.unwrap().links()[0]).await.form("/reset");
                assert_eq!(reader.submit(&form, &[("password", PASSWORD)]).await.status, 303);
            })
        },
        |stage, user| {
            Box::pin(async move {
                let reader = stage.visitor();
                let link = crate::world::not_me(stage, user, KIM);
                let form = reader.get(&link).await.form("/account/not-me");
                assert_eq!(reader.submit(&form, &[]).await.status, 303);
            })
        },
        |stage, _| {
            Box::pin(async move {
                let person = core_access::user_by_email(stage.store.catalog(), KIM).await;
                let person = person.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
                let done = accounts::second_factor::reset(&stage.store, &person).await;
                assert!(done.map_err(core_base::Error::into_anyhow).unwrap());
            })
        },
    ];
    everywhere(async |world| {
        let stage = &world.stage;
        let made = accounts::user::create(stage.store.catalog(), KIM, "Kim", PASSWORD).await;
        let user = made.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
        for deed in deeds {
            let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
            let given = accounts::second_factor::give(
                stage.store.catalog(),
                &stage.core.vault,
                user,
                secret,
            );
            // Where the one before was not taken away.
            drop(given.await);
            crate::world::trusted(stage, user, &format!("{:?}", std::time::Instant::now())).await;
            assert_eq!(count(stage).await, 1);
            deed(stage, user).await;
            assert_eq!(count(stage).await, 0);
        }
    })
    .await;
}

async fn count(stage: &Stage) -> u64 {
    let rows = stage.store.catalog().find::<accounts::trusted_device::Entity>();
    sea_orm::PaginatorTrait::count(rows, stage.store.catalog()).await.unwrap()
}
