//! Support takes a second step away after a wait, in which its owner is told and can stop it.

use chrono::TimeDelta;
use core_testing::Stage;

use super::second_step::{code, log_in, pass, second_with, wait, with_app};
use crate::world::everywhere;

const KIM: &str = "kim@example.test";

async fn ask(stage: &Stage, hours: i64) {
    let person = core_access::user_by_email(stage.store.catalog(), KIM).await;
    let person = person.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
    let wait = TimeDelta::hours(hours);
    let asked = accounts::second_factor::ask_reset(&stage.store, &person, wait).await;
    assert!(asked.map_err(core_base::Error::into_anyhow).unwrap().is_some());
    stage.run_jobs().await;
}

async fn later(stage: &Stage, hours: i64) {
    pass(TimeDelta::hours(hours));
    stage.run_jobs().await;
}

async fn is_asked(stage: &Stage) -> bool {
    log_in(&stage.visitor(), KIM).await.location() == "/login/mfa"
}

#[tokio::test]
async fn it_is_done_after_the_wait_and_not_before() {
    everywhere(async |world| {
        let stage = &world.stage;
        let (own, ..) = with_app(stage).await;
        ask(stage, 24).await;
        assert!(stage.mailbox().newest_to(KIM).subject.contains("will be turned off"));
        later(stage, 23).await;
        assert!(is_asked(stage).await, "not yet");
        // Begun anew: the wait is the new one.
        ask(stage, 24).await;
        later(stage, 2).await;
        assert!(is_asked(stage).await, "the first wait counts no more");
        later(stage, 23).await;
        assert!(!is_asked(stage).await);
        assert_eq!(own.get("/account").await.status, 303, "logged out everywhere");
        assert!(stage.mailbox().to(KIM).iter().any(|mail| mail.subject.contains("was turned off")));
    })
    .await;
}

#[tokio::test]
async fn whoever_has_it_stops_it_and_a_trusted_device_does_not() {
    everywhere(async |world| {
        let stage = &world.stage;
        let (_, secret, _) = with_app(stage).await;
        let browser = stage.visitor();
        wait();
        log_in(&browser, KIM).await;
        let trust = [("code", &*code(&secret, 0)), ("trust", "true")];
        assert_eq!(second_with(&browser, &trust).await.status, 303);
        ask(stage, 24).await;
        // A device that was trusted before proves nothing new.
        let form = browser.get("/account").await.form("/logout");
        browser.submit(&form, &[]).await;
        assert_eq!(log_in(&browser, KIM).await.location(), "/workspaces");
        later(stage, 25).await;
        assert!(!is_asked(stage).await, "it was done");
    })
    .await;
    everywhere(async |world| {
        let stage = &world.stage;
        let (own, secret, _) = with_app(stage).await;
        ask(stage, 24).await;
        let browser = stage.visitor();
        wait();
        assert!(
            own.get("/account/security")
                .await
                .has_text("Support will turn two-step verification off")
        );
        log_in(&browser, KIM).await;
        assert_eq!(second_with(&browser, &[("code", &*code(&secret, 0))]).await.status, 303);
        later(stage, 25).await;
        assert!(is_asked(stage).await, "it stays");
        let log = browser.get("/account/security/activity").await;
        assert!(!browser.get("/account/security").await.has_text("Support will turn"));
        for said in
            ["Support began to turn two-step verification off", "Kept two-step verification on"]
        {
            assert!(log.has_text(said), "{}", log.words());
        }
    })
    .await;
}

#[tokio::test]
async fn a_change_of_how_one_logs_in_and_who_it_was_not_stop_it() {
    everywhere(async |world| {
        let stage = &world.stage;
        let (own, ..) = with_app(stage).await;
        ask(stage, 24).await;
        // A new phone, set up in a session that is still open: it must not be taken away.
        let form = own.get("/account/security/totp").await.form("/account/security/totp/off");
        assert_eq!(own.submit(&form, &[]).await.status, 303);
        let page = own.get("/account/security/totp").await;
        let form = page.form("/account/security/totp");
        let new = super::second_step::secret_of(&page);
        wait();
        assert_eq!(own.submit(&form, &[("code", &*code(&new, 0))]).await.status, 303);
        later(stage, 25).await;
        assert!(is_asked(stage).await, "the new one stays");
        // Somebody else talked support into it, and deleted the account.
        ask(stage, 24).await;
        let person = core_access::user_by_email(stage.store.catalog(), KIM).await;
        let user = person.map_err(core_base::Error::into_anyhow).unwrap().unwrap().id;
        crate::world::departing(stage, user).await;
        let link = crate::world::not_me(stage, user, KIM);
        let reader = stage.visitor();
        let form = reader.get(&link).await.form("/account/not-me");
        assert_eq!(reader.submit(&form, &[]).await.status, 303);
        later(stage, 25).await;
        let state = accounts::second_factor::state(stage.store.catalog(), user).await;
        let state = state.map_err(core_base::Error::into_anyhow).unwrap();
        assert!(state.since.is_some(), "it stays");
        let rows = stage.store.catalog().find::<accounts::deletion::Entity>();
        let rows = sea_orm::PaginatorTrait::count(rows, stage.store.catalog()).await;
        assert_eq!(rows.unwrap(), 0, "the account stays");
    })
    .await;
}
