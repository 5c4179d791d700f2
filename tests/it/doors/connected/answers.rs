//! What a provider may answer that proves nothing: each time nobody gets in, and the page says what to do.

use std::{
    io::{Read, Write},
    sync::atomic::Ordering,
};

use core_testing::Answer;
use serde_json::json;

use super::{
    Flow, PASSWORD, Provider, begin, by_provider, is_in, on_each_store, walk, with_certified,
    with_mean,
};

fn is_refused(answer: &Answer, what: &str) {
    assert!(matches!(answer.status, 400 | 502), "{what}: {} {}", answer.status, answer.words());
    assert!(answer.has_text("Nothing was changed."), "{what}: {}", answer.words());
    assert!(answer.has_text("Log in with a password"), "{what}: {}", answer.words());
}

#[tokio::test]
async fn a_token_that_is_not_for_us_or_not_of_now_lets_nobody_in() {
    with_mean(async |site| {
        let claims = || json!({ "sub": "1", "email": "m@acme.example", "email_verified": true });
        for way in [
            "issuer",
            "audience",
            "audiences",
            "nonce",
            "no-nonce",
            "expired",
            "unsigned",
            "secret",
            "forged",
            "altered",
            "none",
            "garbage",
            "broken",
            "endless",
            "moved",
        ] {
            let browser = site.stage.visitor();
            let flow = begin(&browser, "example").await;
            let back = browser.get(&flow.back(&flow.code(claims(), way))).await;
            is_refused(&back, way);
            assert!(!is_in(&browser).await, "{way}");
            assert_eq!(browser.get("/signup/connected").await.location(), "/login", "{way}");
        }
        for bad in [json!({ "email": "m@acme.example" }), json!({ "sub": "" })] {
            let browser = site.stage.visitor();
            let flow = begin(&browser, "example").await;
            is_refused(&browser.get(&flow.back(&flow.code(bad, ""))).await, "no subject");
        }
        // With keys that changed since we read them, all is well.
        for way in ["", "rotated", ""] {
            let browser = site.stage.visitor();
            let flow = begin(&browser, "example").await;
            let back = browser.get(&flow.back(&flow.code(claims(), way))).await;
            assert_eq!((back.status, back.location()), (303, "/signup/connected"), "{way}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_good_in_one_browser_once_and_not_for_long() {
    with_certified(&[], async |site| {
        let browser = site.stage.visitor();
        let there = browser.get("/auth/example/start").await;
        let back = walk(there.location(), "maya");
        // Brought to somebody else's browser, it logs them in as nobody.
        let other = site.stage.visitor();
        assert_eq!(other.get(&back).await.location(), "/login");
        other.get("/auth/example/start").await;
        is_refused(&other.get(&back).await, "the state of another browser");
        // Twice, with the cookie kept.
        let name = "__Host-auth";
        let kept = browser.cookie(browser.account_origin(), name).unwrap();
        assert_eq!(browser.get(&back).await.location(), "/signup/connected");
        assert_eq!(browser.cookie(browser.account_origin(), name), None, "it is taken away");
        browser.set_cookie(browser.account_origin(), name, &kept);
        assert_eq!(browser.get(&back).await.location(), "/login", "each state once");
        // After ten minutes.
        let there = browser.get("/auth/example/start").await;
        let back = walk(there.location(), "maya");
        core_base::clock::set_ahead(chrono::TimeDelta::minutes(11));
        assert_eq!(browser.get(&back).await.location(), "/login");
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
        // Without what it was begun with.
        for part in ["code", "state", "iss"] {
            let browser = site.stage.visitor();
            let there = browser.get("/auth/example/start").await;
            let mut url = url::Url::parse(&walk(there.location(), "maya")).unwrap();
            let rest: Vec<(String, String)> = url.query_pairs().into_owned().collect();
            let rest = rest.into_iter().filter(|(name, _)| name != part);
            url.query_pairs_mut().clear().extend_pairs(rest.collect::<Vec<_>>());
            is_refused(&browser.get(url.as_str()).await, part);
            assert!(!is_in(&browser).await);
        }
        // Said no.
        let browser = site.stage.visitor();
        let there = url::Url::parse(browser.get("/auth/example/start").await.location()).unwrap();
        let state = there.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let no = format!("/auth/example/callback?error=access_denied&state={state}");
        let no = browser.follow(browser.get(&no).await).await;
        assert!(no.has_text("Nothing was changed"), "{}", no.words());
        assert_eq!(site.stage.visitor().get("/auth/nobody/start").await.status, 404);
        assert_eq!(site.stage.visitor().get("/auth/nobody/callback").await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn whoever_cancels_there_goes_on_where_they_wanted_to() {
    with_mean(async |site| {
        let browser = site.stage.visitor();
        let wanted = "/account/security?from=menu&way=1";
        let start = serde_urlencoded::to_string([("next", wanted)]).unwrap();
        let there = browser.get(&format!("/auth/example/start?{start}")).await;
        let url = url::Url::parse(there.location()).unwrap();
        let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let no = format!("/auth/example/callback?error=access_denied&state={state}");
        let no = browser.get(&no).await;
        assert_eq!((no.status, no.location()), (303, &*format!("/login?{start}")));
        let form = browser.get(no.location()).await.form("/login");
        let email = site.person("Maya").await;
        let inside = browser.submit(&form, &[("email", &email), ("password", PASSWORD)]).await;
        assert_eq!((inside.status, inside.location()), (303, wanted));
    })
    .await;
}

/// A provider that is asked to let somebody log in again and only says that they did long ago.
#[tokio::test]
async fn an_old_log_in_there_proves_nothing_now() {
    with_mean(async |site| {
        let claims = |at: i64| {
            json!({ "sub": "7", "name": "Maya", "email": "m@acme.example",
            "email_verified": true, "auth_time": at })
        };
        let browser = site.stage.visitor();
        let flow = begin(&browser, "example").await;
        // Nobody asked for it here, so it may be as old as it likes.
        let back = browser.get(&flow.back(&flow.code(claims(1), ""))).await;
        assert_eq!((back.status, back.location()), (303, "/signup/connected"));
        let form = browser.get("/signup/connected").await.form("/signup/connected");
        assert_eq!(browser.submit(&form, &[]).await.status, 303);
        core_base::clock::set_ahead(chrono::TimeDelta::minutes(20));
        // The provider's clock is the world's, which is 20 minutes behind ours here.
        let now = core_base::clock::now().timestamp() - 1200;
        let prove = async || {
            let page = browser.go("/account/security/totp").await;
            let link = page.text.split("href=\"/auth/example").nth(1).unwrap_or_default();
            let link = link.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
            let there = browser.get(&format!("/auth/example{link}")).await;
            assert!(there.location().contains("max_age=0"), "{}", there.location());
            Flow::of(&there, "example")
        };
        for (at, is_proved) in [(now - 1200, false), (now, true)] {
            let flow = prove().await;
            let back = browser.get(&flow.back(&flow.code(claims(at), "clock"))).await;
            match is_proved {
                true => assert_eq!(back.location(), "/account/security/totp", "{}", back.words()),
                false => is_refused(&back, "logged in there long ago"),
            }
            let page = browser.get("/account/security/totp").await;
            assert_eq!(page.status == 200, is_proved);
        }
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
    })
    .await;
}

/// Requests wait once for a provider that does not answer, and not one behind the other.
#[tokio::test]
async fn a_provider_that_just_failed_is_not_asked_again_at_once() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 503 Away\r\ncontent-length: 0\r\n\r\n");
        }
    });
    let settings = ["ISSUER", "CLIENT_ID", "CLIENT_SECRET", "LABEL"]
        .map(|what| (format!("OIDC_GONE_{what}"), issuer.clone()));
    on_each_store(&settings, &[], async |site| {
        let before = asked.load(Ordering::SeqCst);
        for _ in 0..3 {
            assert_eq!(site.stage.visitor().get("/auth/gone/start").await.status, 502);
        }
        assert_eq!(asked.load(Ordering::SeqCst) - before, 1);
    })
    .await;
}

/// Mix-up (RFC 9207): what one provider answers is nothing at the other's address, and the code goes to nobody who did not
/// give it out.
#[tokio::test]
async fn two_providers_are_not_taken_for_each_other() {
    let one = Provider::start("certified.mjs", "one");
    let two = Provider::start("certified.mjs", "two");
    let settings =
        [one.settings("ONE", "of-the-test"), two.settings("TWO", "of-the-test")].concat();
    on_each_store(&settings, &[], async |site| {
        let browser = site.stage.visitor();
        let there = browser.get("/auth/one/start").await;
        let back = walk(there.location(), "maya").replace("/auth/one/", "/auth/two/");
        is_refused(&browser.get(&back).await, "begun at one, back at two");
        let browser = site.stage.visitor();
        let there = browser.get("/auth/one/start").await;
        let back = walk(there.location(), "maya");
        let mixed = back.replace(&one.port.to_string(), &two.port.to_string());
        assert_ne!(back, mixed);
        is_refused(&browser.get(&mixed).await, "one with the name of two");
        // The same person at both is two.
        let browser = site.stage.visitor();
        by_provider(&browser, "/auth/one/start", "maya").await;
        let form = browser.get("/signup/connected").await.form("/signup/connected");
        browser.submit(&form, &[]).await;
        let other = site.stage.visitor();
        let back = by_provider(&other, "/auth/two/start", "maya").await;
        assert_eq!(back.location(), "/signup/connected");
        assert!(!is_in(&other).await);
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_is_away_leaves_the_other_ways_in() {
    let one = Provider::start("certified.mjs", "one");
    let two = Provider::start("certified.mjs", "two");
    let settings =
        [one.settings("ONE", "of-the-test"), two.settings("TWO", "of-the-test")].concat();
    let gone = std::cell::RefCell::new(Some(one));
    on_each_store(&settings, &[], async |site| {
        drop(gone.borrow_mut().take());
        let browser = site.stage.visitor();
        let page = browser.get("/auth/one/start").await;
        assert_eq!(page.status, 502, "{}", page.words());
        assert!(page.has_text("isn't answering"), "{}", page.words());
        assert!(page.text.contains("/auth/two/start"), "{}", page.text);
        assert_eq!(browser.get("/login").await.status, 200);
        let back = by_provider(&browser, "/auth/two/start", "maya").await;
        assert_eq!(back.location(), "/signup/connected");
    })
    .await;
}
