//! Each way in and each change of how one gets in stands in a log that its person sees, and nobody else.

use core_testing::{Actor, Stage};

use super::second_step::{PASSWORD, code, log_in, second_with, wait, with_app};
use crate::world::{changed_email, connect, everywhere, passkey};

const KIM: &str = "kim@example.test";
const LOG: &str = "/account/security/activity";

/// What the log says, the newest first, without how long ago.
async fn said(browser: &Actor) -> Vec<String> {
    let page = browser.get(LOG).await;
    assert_eq!(page.status, 200, "{}", page.words());
    let rows = page.text.split("<p class=\"font-medium wrap-anywhere\">").skip(1);
    let rows = rows.map(|row| row.split("</p>").next().unwrap());
    rows.map(|row| row.replace("<bdi>", "").replace("</bdi>", "").trim().to_owned()).collect()
}

async fn submit(browser: &Actor, page: &str, action: &str, fields: &[(&str, &str)]) {
    let form = browser.get(page).await.form(action);
    let done = browser.submit(&form, fields).await;
    assert_eq!(done.status, 303, "{action}: {}", done.words());
}

async fn id_of(stage: &Stage, email: &str) -> core_base::UserId {
    let user = core_access::user_by_email(stage.store.catalog(), email).await;
    user.map_err(core_base::Error::into_anyhow).unwrap().unwrap().id
}

/// Chooses the password by email, and logs in with it.
async fn reset(stage: &Stage, browser: &Actor) {
    browser.post("/forgot", &[("email", KIM)]).await;
    stage.run_jobs().await;
    let all = stage.mailbox().to(KIM);
    let email = all.iter().find(|mail| mail.subject.starts_with("Choose a new password"));
    let link = email.expect("it was sent").links()[0].to_owned();
    submit(browser, &link, "/reset", &[("password", PASSWORD)]).await;
    log_in(browser, KIM).await;
}

#[tokio::test]
async fn whatever_changes_how_one_gets_in_is_in_the_log() {
    everywhere(async |world| {
        let stage = &world.stage;
        let (kim, ..) = with_app(stage).await;
        let user = id_of(stage, KIM).await;
        submit(&kim, "/account/security/recovery-codes", "/account/security/recovery-codes", &[])
            .await;
        let key = passkey(stage, user, "Phone").await;
        submit(&kim, &key, &key, &[("name", "<b>Kim's</b> phone")]).await;
        submit(&kim, "/account/security/passkeys", &format!("{key}/remove"), &[]).await;
        let there = connect(stage, user, "kim@else.example").await;
        submit(&kim, "/account/connections", &format!("{there}/end"), &[]).await;
        assert_eq!(kim.post("/account/sessions/end", &[]).await.status, 303);
        let new = [("current", PASSWORD), ("password", "nine kites above the harbour")];
        submit(&kim, "/account", "/account/password", &new).await;
        submit(&kim, "/account/security/totp", "/account/security/totp/off", &[]).await;
        let undo = changed_email(stage, &kim, KIM, "kim@new.example").await;
        let all = said(&kim).await;
        let expected = [
            "Changed the email address: kim@new.example",
            "Removed the authenticator app",
            "Changed the password",
            "Logged out all other devices",
            "Disconnected GitHub",
            "Removed a passkey or security key: &#60;b&#62;Kim&#39;s&#60;/b&#62; phone",
            "Renamed a passkey or security key: &#60;b&#62;Kim&#39;s&#60;/b&#62; phone",
            "Made new recovery codes",
            "Added an authenticator app",
            "Logged in with a password",
        ];
        assert_eq!(all, expected);
        // Those who did it without a session are in it too.
        submit(&stage.visitor(), &undo, "/account/email/undo", &[]).await;
        let again = stage.visitor();
        reset(stage, &again).await;
        let all = said(&again).await;
        let newest = [
            "Logged in with a password",
            "Chose a new password by email",
            "Took the account back by email: kim@example.test",
        ];
        assert_eq!(all[..3], newest);
        assert_eq!(all.len(), expected.len() + 3);
        let not_me = crate::world::not_me(stage, user, KIM);
        submit(&stage.visitor(), &not_me, "/account/not-me", &[]).await;
        reset(stage, &again).await;
        assert_eq!(said(&again).await[2], "Said “It wasn&#39;t me” to a login");
        // Nobody else sees any of it.
        let other = stage.person("Stranger").await;
        let page = other.get(&format!("{}{LOG}", other.account_origin())).await;
        assert_eq!(page.status, 200);
        assert!(!page.text.contains("kim@") && !page.text.contains("phone"), "{}", page.words());
    })
    .await;
}

#[tokio::test]
async fn each_way_in_says_how_and_support_is_told_apart() {
    everywhere(async |world| {
        let stage = &world.stage;
        let (_, secret, codes) = with_app(stage).await;
        let browser = stage.visitor();
        wait();
        log_in(&browser, KIM).await;
        second_with(&browser, &[("code", &*code(&secret, 0)), ("trust", "true")]).await;
        submit(&browser, "/account", "/logout", &[]).await;
        assert_eq!(log_in(&browser, KIM).await.location(), "/workspaces");
        let other = stage.visitor();
        log_in(&other, KIM).await;
        assert_eq!(second_with(&other, &[("code", &*codes[0])]).await.status, 303);
        let form = other.get("/account/sessions").await.forms();
        let form = form.into_iter().find(|form| form.path().contains("/trusted/")).unwrap();
        other.submit(&form, &[]).await;
        let expected = [
            "Ended the trust in a device",
            "Logged in with a password and a recovery code",
            "Logged in with a password and a trusted device",
            "Trusted a device for 30 days",
            "Logged in with a password and an authenticator app",
        ];
        assert_eq!(said(&other).await[..5], expected);
        let catalog = stage.store.catalog();
        let person = core_access::user_by_email(catalog, KIM).await;
        let person = person.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
        let done = accounts::second_factor::reset(&stage.store, &person).await;
        assert!(done.map_err(core_base::Error::into_anyhow).unwrap());
        log_in(&other, KIM).await;
        assert_eq!(said(&other).await[1], "Support turned two-step verification off");
    })
    .await;
}

#[tokio::test]
async fn the_log_has_pages_and_forgets_after_a_year() {
    everywhere(async |world| {
        let stage = &world.stage;
        let (kim, ..) = with_app(stage).await;
        for _ in 0..60 {
            assert_eq!(kim.post("/account/sessions/end", &[]).await.status, 303);
        }
        let first = said(&kim).await;
        assert_eq!(first.len(), 50);
        let page = kim.get(LOG).await;
        let older = page.text.split("href=\"").find(|link| link.contains("?before=")).unwrap();
        let older = kim.get(older.split('"').next().unwrap()).await;
        assert!(older.has_text("Added an authenticator app"), "{}", older.words());
        assert!(!older.has_text("Older activity"));
        for wrong in ["?before=x", "?before="] {
            assert!(kim.get(&format!("{LOG}{wrong}")).await.status < 500, "{wrong}");
        }
        core_base::clock::set_ahead(chrono::TimeDelta::days(366));
        let job = stage.jobs.schedules().iter().find(|one| one.name == "accounts.prune");
        let fired = core_jobs::run_now(&stage.store, job.unwrap(), None).await;
        assert_eq!(fired.map_err(core_base::Error::into_anyhow).unwrap(), 1);
        stage.run_jobs().await;
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
        assert_eq!(said(&kim).await.len(), 0);
    })
    .await;
}
