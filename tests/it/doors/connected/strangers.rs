//! Account pre-hijacking, by its five classes, and what else a stranger may try with a provider.

use super::{PASSWORD, by_provider, is_in, log_in, with_certified};

const START: &str = "/auth/example/start";

/// Class 1, classic-federated merge: an attacker signs up with the victim's address before them.
#[tokio::test]
async fn a_sign_up_that_nobody_confirmed_is_no_account_to_merge_with() {
    with_certified(&[], async |site| {
        let attacker = site.stage.visitor();
        let form = attacker.get("/signup").await.form("/signup");
        attacker.submit(&form, &[("email", "maya@acme.example")]).await;
        let link = site.link("maya@acme.example").await;
        let victim = site.stage.visitor();
        by_provider(&victim, START, "maya").await;
        let form = victim.get("/signup/connected").await.form("/signup/connected");
        assert_eq!(victim.submit(&form, &[]).await.location(), "/workspaces/new");
        // The link that is left makes no second account and no password of the attacker's.
        let page = victim.get(&link).await;
        let form = page.form("/signup/confirm");
        let fields = [("name", "Attacker"), ("password", PASSWORD)];
        let sent = site.stage.visitor().submit(&form, &fields).await;
        assert_eq!((sent.status, sent.location()), (303, "/login"), "{}", sent.words());
        assert_eq!(log_in(&site.stage.visitor(), "maya@acme.example").await.status, 422);
    })
    .await;
}

/// Class 2, unexpired session: whoever was in before the owner's new password is out after it.
#[tokio::test]
async fn a_new_password_ends_the_sessions_of_a_provider_too() {
    with_certified(&[], async |site| {
        let before = site.stage.visitor();
        by_provider(&before, START, "maya").await;
        let form = before.get("/signup/connected").await.form("/signup/connected");
        before.submit(&form, &[]).await;
        assert!(is_in(&before).await);
        let owner = site.stage.visitor();
        let form = owner.get("/forgot").await.form("/forgot");
        owner.submit(&form, &[("email", "maya@acme.example")]).await;
        let link = site.link("maya@acme.example").await;
        let form = owner.get(&link).await.form("/reset");
        owner.submit(&form, &[("password", PASSWORD)]).await;
        assert!(!is_in(&before).await);
    })
    .await;
}

/// Class 3, trojan identifier: an identity of the attacker's must not stick to the victim's account. The victim opens the
/// link of the attacker's attempt in a browser of their own.
#[tokio::test]
async fn a_mailed_link_connects_nothing_that_its_reader_did_not_bring() {
    with_certified(&[], async |site| {
        let attacker = site.stage.visitor();
        by_provider(&attacker, START, "unverified:mallory").await;
        let form = attacker.get("/signup/connected").await.form("/signup/connected/email");
        attacker.submit(&form, &[("email", "maya@acme.example")]).await;
        let link = site.link("maya@acme.example").await;
        let victim = site.stage.visitor();
        let page = victim.get(&link).await;
        assert!(!page.has_text("Example ID"), "{}", page.words());
        // Not even where the form says so.
        let form = page.form("/signup/confirm");
        let fields = [("name", "Maya"), ("password", PASSWORD), ("way", "connection")];
        assert_eq!(victim.submit(&form, &fields).await.status, 303);
        let back = by_provider(&site.stage.visitor(), START, "unverified:mallory").await;
        assert_eq!(back.location(), "/signup/connected", "it lets nobody into Maya's account");
        assert_eq!(log_in(&site.stage.visitor(), "maya@acme.example").await.status, 303);
    })
    .await;
}

/// Class 4, unexpired change of address: an account is found by who somebody is at the provider, so the address that it
/// has there, or had, or will have, opens nothing.
#[tokio::test]
async fn the_address_at_a_provider_opens_no_account() {
    with_certified(&[], async |site| {
        let email = site.person("Kim").await;
        let browser = site.stage.visitor();
        // Verified, and Kim's: the provider may be right, and Kim says so by logging in.
        by_provider(&browser, START, "kim").await;
        assert!(!is_in(&browser).await);
        let page = browser.get("/signup/connected").await;
        assert!(page.has_text("You already have an account"), "{}", page.words());
        let login = page.text.split("href=\"/login").nth(1).unwrap();
        let login = format!("/login{}", login.split('"').next().unwrap());
        let login = login.replace("&amp;", "&").replace("&#38;", "&");
        let form = browser.get(&login).await.form("/login");
        let done = browser.submit(&form, &[("email", &email), ("password", PASSWORD)]).await;
        assert_eq!(done.location(), "/account/connections/new");
        let page = browser.follow(done).await;
        assert!(page.has_text("Connect Example ID"), "{}", page.words());
        let done = browser.submit(&page.form("/account/connections/new"), &[]).await;
        assert_eq!(done.location(), "/account/connections");
        let again = site.stage.visitor();
        by_provider(&again, START, "kim").await;
        assert!(again.get("/account").await.text.contains(&email));
        // What was connected is connected; the page asks for it no more.
        assert_eq!(
            browser.get("/account/connections/new").await.location(),
            "/account/connections"
        );
    })
    .await;
}

/// Class 5, non-verifying provider: what it does not say of an address is not so, and looks the same whether the address has
/// an account or not.
#[tokio::test]
async fn an_address_that_nobody_has_seen_is_confirmed_by_mail_first() {
    with_certified(&[], async |site| {
        site.person("Kim").await;
        let mut pages = vec![];
        for who in ["unverified:kim", "silent:kim", "unverified:lea", "silent:lea"] {
            let browser = site.stage.visitor();
            by_provider(&browser, START, who).await;
            let page = browser.get("/signup/connected").await;
            assert!(page.has_text("We'll email you a link"), "{who}: {}", page.words());
            let form = page.form("/signup/connected/email");
            let sent = browser.submit(&form, &[]).await;
            let words = sent.words().replace("kim", "NAME").replace("lea", "NAME");
            pages.push((sent.status, words));
            assert!(!is_in(&browser).await, "{who}");
        }
        pages.dedup();
        assert_eq!(pages.len(), 1, "{pages:?}");
        site.stage.run_jobs().await;
        let subject = site.stage.mailbox().newest_to("kim@acme.example").subject;
        assert!(subject.contains("already have an account"), "{subject}");

        // The link in the browser that asked: no password, and from then on by the provider.
        let browser = site.stage.visitor();
        by_provider(&browser, START, "nameless:who").await;
        let form = browser.get("/signup/connected").await.form("/signup/connected/email");
        browser.submit(&form, &[("email", "who@acme.example")]).await;
        let page = browser.get(&site.link("who@acme.example").await).await;
        assert!(page.has_text("You'll log in with Example ID"), "{}", page.words());
        let form = page.form("/signup/confirm");
        let made = browser.submit(&form, &[("name", "Who")]).await;
        assert_eq!((made.status, made.location()), (303, "/workspaces/new"), "{}", made.words());
        let again = site.stage.visitor();
        by_provider(&again, START, "nameless:who").await;
        assert!(again.get("/account").await.text.contains("who@acme.example"));
        // The link was used up with it.
        let twice = site.stage.visitor().submit(&form, &[("name", "Who")]).await;
        assert_eq!(twice.status, 404, "{}", twice.words());
    })
    .await;
}

/// A page elsewhere sends somebody who is logged in to the provider, where its author is logged in: that connects nothing.
#[tokio::test]
async fn nobody_is_made_to_connect_what_is_not_theirs() {
    with_certified(&[], async |site| {
        let email = site.person("Kim").await;
        let (kim, bo) =
            (site.logged_in(&email).await, site.logged_in(&site.person("Bo").await).await);
        let list = bo.get("/account/connections").await;
        let pass = list.text.split("start?connect=").nth(1).unwrap().split('"').next().unwrap();
        for start in [
            START.to_owned(),
            format!("{START}?connect=1"),
            format!("{START}?connect="),
            // Another's, for another session.
            format!("{START}?connect={pass}"),
        ] {
            let back = by_provider(&kim, &start, "mallory").await;
            assert_eq!(back.location(), "/signup/connected", "{start}");
            let page = kim.get("/account/connections").await;
            assert!(!page.has_text("mallory"), "{start}: {}", page.words());
        }
        // And after fifteen minutes the password is asked for first.
        let list = kim.get("/account/connections").await;
        let link = list.text.split("start?connect=").nth(1).unwrap().split('"').next().unwrap();
        core_base::clock::set_ahead(chrono::TimeDelta::minutes(20));
        let asked = kim.get(&format!("{START}?connect={link}")).await;
        assert_eq!(asked.location(), "/account/prove?next=/account/connections");
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
    })
    .await;
}

#[tokio::test]
async fn a_provider_leads_nowhere_but_back_here() {
    with_certified(&[], async |site| {
        site.person("Kim").await;
        for next in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"] {
            let browser = site.stage.visitor();
            let query = serde_urlencoded::to_string([("next", next)]).unwrap();
            by_provider(&browser, &format!("{START}?{query}"), "maya").await;
            let page = browser.get("/signup/connected").await;
            if page.status == 200 && page.text.contains("/signup/connected\"") {
                let made = browser.submit(&page.form("/signup/connected"), &[]).await;
                assert_eq!(made.location(), "/workspaces/new", "{next}");
            } else {
                assert_eq!(page.location(), "/login", "{next}: logged in before");
                assert!(is_in(&browser).await);
            }
        }
    })
    .await;
}
