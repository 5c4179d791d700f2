//! A log-in with a browser that is new for its person is told, and ended by whoever it was not.

use core_testing::{Actor, Stage};

use crate::world::everywhere;

const PASSWORD: &str = "correct horse battery staple";
const EMAIL: &str = "kim@example.test";

async fn log_in(browser: &Actor) {
    browser.post("/logout", &[]).await;
    let form = browser.get("/login").await.form("/login");
    let done = browser.submit(&form, &[("email", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(done.status, 303, "{}", done.words());
}

async fn told(stage: &Stage) -> usize {
    stage.run_jobs().await;
    let all = stage.mailbox().to(EMAIL);
    all.iter().filter(|mail| mail.subject.contains("New login")).count()
}

#[tokio::test]
async fn a_new_browser_is_told_once_and_ended_by_whoever_it_was_not() {
    everywhere(async |world| {
        let stage = &world.stage;
        let made = accounts::user::create(stage.store.catalog(), EMAIL, "Kim", PASSWORD).await;
        made.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
        let own = stage.visitor();
        log_in(&own).await;
        assert_eq!(told(stage).await, 0, "the first browser of a new account");
        core_base::clock::set_ahead(chrono::TimeDelta::hours(1));
        log_in(&own).await;
        assert_eq!(told(stage).await, 0, "it is known");
        let thief = stage.visitor();
        log_in(&thief).await;
        assert_eq!(told(stage).await, 1);
        log_in(&thief).await;
        assert_eq!(told(stage).await, 1, "once");
        let mail = stage.mailbox().newest_to(EMAIL);
        let page = stage.visitor().get(mail.links()[0]).await;
        assert!(page.has_text("It wasn't you?"), "{}", page.words());
        assert_eq!(thief.get("/account").await.status, 200, "looking changes nothing");
        let reader = stage.visitor();
        let form = reader.get(mail.links()[0]).await.form("/account/not-me");
        let done = reader.submit(&form, &[]).await;
        assert_eq!(done.location(), "/forgot?email=kim%40example.test");
        for browser in [&thief, &own] {
            assert_eq!(browser.get("/account").await.status, 303);
        }
        assert_eq!(reader.submit(&form, &[]).await.status, 404, "once");
        // What the thief knew is worth nothing.
        let form = thief.get("/login").await.form("/login");
        let again = thief.submit(&form, &[("email", EMAIL), ("password", PASSWORD)]).await;
        assert_eq!(again.status, 422, "{}", again.words());
        core_base::clock::set_ahead(chrono::TimeDelta::days(8));
        assert_eq!(reader.get(mail.links()[0]).await.status, 404);
        let forged = reader.post("/account/not-me", &[("token", "00")]).await;
        assert_eq!(forged.status, 404);
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
    })
    .await;
}
