//! Guessing passwords: how many guesses are looked at, and whom an attack does not shut out.

use axum::http::{HeaderValue, Method};
use core_testing::{Actor, Answer, Stage, StoreKind, core_stores};
use futures_util::future::join_all;

use crate::world::apps;

const EMAIL: &str = "ada@x.test";
const PASSWORD: &str = "the kettle sings at noon";
const SAID_NO: &str = "That email and password don't match";

/// Behind a proxy that is believed, so that clients may come from anywhere.
async fn stages() -> Vec<Stage> {
    let vars = [("RATE_LIMITS", "on"), ("TRUSTED_PROXIES", "127.0.0.0/8")];
    let mut all = vec![];
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        let stage = Stage::with(kind, apps(), &vars).await;
        let made = accounts::user::create(stage.store.catalog(), EMAIL, "Ada", PASSWORD).await;
        made.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
        all.push(stage);
    }
    all
}

/// Logs in from an address.
async fn log_in(browser: &Actor, from: &str, email: &str, password: &str) -> Answer {
    let token = browser.csrf_token(&browser.origin);
    let body = [("email", email), ("password", password), ("_csrf", &token), ("next", "/account")];
    let body = serde_urlencoded::to_string(body).unwrap();
    let mut request = browser.request(Method::POST, "/login");
    let headers = request.headers_mut();
    headers.insert("origin", HeaderValue::from_str(&browser.origin).unwrap());
    headers.insert("x-forwarded-for", HeaderValue::from_str(from).unwrap());
    browser.send(request, &body).await
}

/// Wrong passwords from so many networks, four from each, twenty at once; gives the answers. More at
/// once would wait for the hashes of others for longer than a page may take here.
async fn attack(stage: &Stage, networks: usize, email: &str) -> Vec<Answer> {
    let browsers: Vec<_> = (0..networks * 4).map(|_| stage.visitor()).collect();
    let guesses = browsers.iter().enumerate().map(|(number, browser)| async move {
        let from = format!("198.51.{}.{}", number / 4 / 200, 1 + number / 4 % 200);
        log_in(browser, &from, email, "not the right one").await
    });
    let (mut guesses, mut answers) = (guesses.collect::<Vec<_>>(), vec![]);
    while !guesses.is_empty() {
        let some = guesses.drain(..guesses.len().min(20));
        answers.extend(join_all(some).await);
    }
    answers
}

fn looked_at(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| answer.has_text(SAID_NO)).count()
}

#[tokio::test]
async fn of_a_hundred_guesses_at_once_no_more_are_looked_at_than_one_by_one() {
    for stage in stages().await {
        // From one network at one account.
        let browsers: Vec<_> = (0..100).map(|_| stage.visitor()).collect();
        let guesses = browsers.iter().map(|browser| log_in(browser, "192.0.2.1", EMAIL, "wrong"));
        let answers = join_all(guesses).await;
        assert_eq!(looked_at(&answers), 5);
        // From a hundred networks: they share a count.
        for email in [EMAIL, "nobody@x.test"] {
            let answers = attack(&stage, 25, email).await;
            let all = looked_at(&answers);
            let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
            assert!((40..=50).contains(&all), "{email}: {all} of {statuses:?}");
            let late = answers.iter().find(|answer| answer.status == 429).unwrap();
            assert!(late.has_text("Too many attempts Try again in"), "{}", late.words());
            assert!(late.header("retry-after").parse::<u32>().unwrap() > 60);
        }
        stage.close().await;
    }
}

#[tokio::test]
async fn an_attack_does_not_shut_out_the_owners_browser_or_network() {
    for stage in stages().await {
        let (known, near) = (stage.visitor(), stage.visitor());
        assert_eq!(log_in(&known, "192.0.2.7", EMAIL, PASSWORD).await.status, 303);
        let session = known.cookie(&known.origin, core_http::SESSION_COOKIE).unwrap();
        attack(&stage, 25, EMAIL).await;
        let stranger = log_in(&stage.visitor(), "203.0.113.9", EMAIL, PASSWORD).await;
        assert_eq!(stranger.status, 429, "a browser nobody knows, from anywhere");
        // The network of a session that is open, in another browser.
        assert_eq!(log_in(&near, "192.0.2.7", EMAIL, PASSWORD).await.status, 303);
        // The browser, wherever it goes, also once it is logged out and while guesses come from there.
        assert_eq!(known.post("/logout", &[]).await.status, 303);
        assert_ne!(known.cookie(&known.origin, core_http::SESSION_COOKIE), Some(session));
        attack(&stage, 25, EMAIL).await;
        assert_eq!(log_in(&known, "198.51.0.1", EMAIL, PASSWORD).await.status, 303);
        stage.close().await;
    }
}

#[tokio::test]
async fn the_mark_of_a_browser_is_for_one_person_and_can_not_be_made() {
    for stage in stages().await {
        let eve = stage.visitor();
        let made = accounts::user::create(stage.store.catalog(), "eve@x.test", "Eve", PASSWORD);
        made.await.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
        assert_eq!(log_in(&eve, "192.0.2.66", "eve@x.test", PASSWORD).await.status, 303);
        let mark = eve.cookie(&eve.origin, "__Host-known").unwrap();
        assert_eq!(eve.post("/logout", &[]).await.status, 303);
        let tries = async |cookie: &str| {
            let mut looked = 0;
            for _ in 0..12 {
                eve.set_cookie(&eve.origin, "__Host-known", cookie);
                let answer = log_in(&eve, "192.0.2.66", EMAIL, "not the right one").await;
                looked += looked_at(&[answer]);
            }
            looked
        };
        assert_eq!(tries(&mark).await, 5, "at somebody else she is a stranger");
        let forged = format!("{}{}", &mark[..64], "a".repeat(64));
        assert_eq!(tries(&forged).await, 0);
        // And in her own she may mistype, counted for this browser.
        let mut looked = 0;
        for _ in 0..15 {
            eve.set_cookie(&eve.origin, "__Host-known", &mark);
            looked += looked_at(&[log_in(&eve, "192.0.2.66", "eve@x.test", "wrong").await]);
        }
        assert_eq!(looked, 10);
        stage.close().await;
    }
}
