//! What a provider may answer that proves nothing: each time nobody gets in, and the page says what to do.

use core_testing::Answer;
use serde_json::json;

use super::{Provider, begin, by_provider, is_in, on_each_store, walk, with_certified, with_mean};

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
