//! Logging in by an email: the browser that asked gets in once, whatever else opens the link does not.

use axum::http::Method;
use core_testing::{Actor, Answer, Stage, StoreKind, core_stores};

use crate::world::{apps, everywhere};

const PASSWORD: &str = "correct horse battery staple";
const EMAIL: &str = "kim@example.test";

async fn kim(stage: &Stage) {
    let made = accounts::user::create(stage.store.catalog(), EMAIL, "Kim", PASSWORD).await;
    made.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
}

async fn ask(browser: &Actor, email: &str) -> Answer {
    let form = browser.get("/login/link").await.form("/login/link");
    let sent = browser.submit(&form, &[("email", email)]).await;
    browser.follow(sent).await
}

/// The link and the code of the newest email.
async fn mail(stage: &Stage) -> (String, String) {
    stage.run_jobs().await;
    let mail = stage.mailbox().newest_to(EMAIL);
    let code = mail.subject.chars().filter(char::is_ascii_digit).collect();
    (mail.links()[0].to_owned(), code)
}

async fn is_in(browser: &Actor) -> bool {
    browser.get("/account").await.status == 200
}

#[tokio::test]
async fn the_browser_that_asked_gets_in_by_link_or_code_once() {
    everywhere(async |world| {
        let stage = &world.stage;
        kim(stage).await;
        let one = stage.visitor();
        let sent = ask(&one, EMAIL).await;
        assert!(sent.has_text("Check your email"), "{}", sent.words());
        let (link, code) = mail(stage).await;
        let page = one.get(&link).await;
        assert!(page.has_text("as kim@example.test"), "{}", page.words());
        assert!(!is_in(&one).await, "looking at it changes nothing");
        let form = page.form("/login/link/confirm");
        let back = one.submit(&form, &[]).await;
        assert_eq!((back.status, back.location()), (303, "/workspaces"), "{}", back.words());
        assert!(is_in(&one).await);
        let again = one.submit(&form, &[]).await;
        assert_eq!(again.status, 404, "{}", again.words());
        assert_eq!(one.get(&link).await.status, 404);
        // The code of a link that was used is none.
        let used = one.post("/login/link/code", &[("code", &code)]).await;
        assert_eq!(used.location(), "/login/link", "the cookie went with it");

        core_base::clock::set_ahead(chrono::TimeDelta::minutes(4));
        let two = stage.visitor();
        ask(&two, EMAIL).await;
        let (link, code) = mail(stage).await;
        let form = two.get("/login/link/code").await.form("/login/link/code");
        let spaced = format!(" {} {} ", &code[..3], &code[3..]);
        assert_eq!(two.submit(&form, &[("code", &spaced)]).await.location(), "/workspaces");
        assert!(is_in(&two).await);
        assert_eq!(stage.visitor().get(&link).await.status, 404, "code and link are one");
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
    })
    .await;
}

#[tokio::test]
async fn a_scanner_uses_nothing_up_and_gets_nothing() {
    everywhere(async |world| {
        let stage = &world.stage;
        kim(stage).await;
        let one = stage.visitor();
        ask(&one, EMAIL).await;
        let (link, code) = mail(stage).await;
        let scanner = stage.visitor();
        for method in [Method::HEAD, Method::GET, Method::GET] {
            let request = scanner.request(method, &link);
            assert_eq!(scanner.send_as_is(request).await.status, 200);
        }
        // It even sends what form it can: with the token, without the asker's cookie.
        let token = link.split("token=").nth(1).unwrap();
        let sent = scanner.post("/login/link/confirm", &[("token", token)]).await;
        assert_eq!(sent.status, 200);
        assert!(!is_in(&scanner).await);
        let shown = sent.text.split("data-code>").nth(1).unwrap().split('<').next().unwrap();
        assert_eq!(shown.replace(' ', ""), code, "to be typed where it was asked for");
        // The code is nothing in another browser that asked for the same address, nor in one that did not.
        assert_eq!(
            scanner.post("/login/link/code", &[("code", &code)]).await.location(),
            "/login/link"
        );
        core_base::clock::set_ahead(chrono::TimeDelta::minutes(4));
        ask(&scanner, EMAIL).await;
        let wrong = scanner.post("/login/link/code", &[("code", &code)]).await;
        assert_eq!(wrong.status, 422, "{}", wrong.words());
        assert!(!is_in(&scanner).await);
        // And the asker's is good all the same.
        let form = one.get(&link).await.form("/login/link/confirm");
        assert_eq!(one.submit(&form, &[]).await.location(), "/workspaces");
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
    })
    .await;
}

#[tokio::test]
async fn known_and_unknown_addresses_look_alike_and_it_is_over_after_ten_minutes() {
    everywhere(async |world| {
        let stage = &world.stage;
        kim(stage).await;
        let (one, two) = (stage.visitor(), stage.visitor());
        let known = ask(&one, EMAIL).await;
        let unknown = ask(&two, "nobody@example.test").await;
        let bare = |answer: &Answer| answer.words().replace("kim@", "X@").replace("nobody@", "X@");
        assert_eq!((known.status, bare(&known)), (unknown.status, bare(&unknown)));
        let wrong = |browser: &Actor| {
            let form = known.form("/login/link/code");
            let token = browser.csrf_token(browser.account_origin());
            (form.action, token)
        };
        let mut answers = vec![];
        for browser in [&one, &two] {
            let (action, _) = wrong(browser);
            let answer = browser.post(&action, &[("code", "000000")]).await;
            answers.push((answer.status, bare(&answer)));
        }
        assert_eq!(answers[0], answers[1]);
        let (link, code) = mail(stage).await;
        let subject = stage.mailbox().newest_to("nobody@example.test").subject;
        assert!(subject.contains("no account"), "{subject}");
        core_base::clock::set_ahead(chrono::TimeDelta::minutes(11));
        assert_eq!(one.get(&link).await.status, 404);
        assert_eq!(
            one.post("/login/link/code", &[("code", &code)]).await.location(),
            "/login/link"
        );
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
        assert!(!is_in(&one).await);
    })
    .await;
}

#[tokio::test]
async fn who_asks_twice_gets_in_by_the_first_email() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        let stage = Stage::with(kind, apps(), &[("RATE_LIMITS", "on")]).await;
        kim(&stage).await;
        let one = stage.visitor();
        ask(&one, EMAIL).await;
        let (link, _) = mail(&stage).await;
        // A minute later: none is sent, and the page says the same.
        assert!(ask(&one, EMAIL).await.has_text("Check your email"));
        assert_eq!(mail(&stage).await.0, link);
        let form = one.get(&link).await.form("/login/link/confirm");
        assert_eq!(one.submit(&form, &[]).await.location(), "/workspaces");
        stage.close().await;
    }
}

#[tokio::test]
async fn codes_are_guessed_five_times() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        let stage = Stage::with(kind, apps(), &[("RATE_LIMITS", "on")]).await;
        kim(&stage).await;
        let one = stage.visitor();
        ask(&one, EMAIL).await;
        let (_, code) = mail(&stage).await;
        let mut last = 0;
        for guess in 0..6 {
            let guess =
                if code == format!("{guess:06}") { "999999".into() } else { format!("{guess:06}") };
            last = one.post("/login/link/code", &[("code", &guess)]).await.status;
        }
        assert_eq!(last, 429);
        assert_eq!(one.post("/login/link/code", &[("code", &code)]).await.status, 429, "too late");
        assert!(!is_in(&one).await);
        stage.close().await;
    }
}

#[tokio::test]
async fn a_second_step_is_asked_for_after_an_email_too() {
    everywhere(async |world| {
        let stage = &world.stage;
        kim(stage).await;
        let person = core_access::user_by_email(stage.store.catalog(), EMAIL).await;
        let person = person.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
        let (catalog, vault) = (stage.store.catalog(), &stage.core.vault);
        let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
        accounts::second_factor::give(catalog, vault, person.id, secret).await.unwrap();
        let one = stage.visitor();
        ask(&one, EMAIL).await;
        let (_, code) = mail(stage).await;
        let form = one.get("/login/link/code").await.form("/login/link/code");
        assert_eq!(one.submit(&form, &[("code", &code)]).await.location(), "/login/mfa");
        assert!(!is_in(&one).await);
    })
    .await;
}
