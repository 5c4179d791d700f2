//! People with accounts at a provider: the first time, the next time, one more, one less.

use core_base::Error;
use core_testing::Actor;

use super::{Site, by_provider, is_in, log_in, with_certified};

const START: &str = "/auth/example/start";

/// Somebody new, whose address the provider has seen.
async fn join(site: &Site, who: &str) -> Actor {
    let browser = site.stage.visitor();
    let back = by_provider(&browser, START, who).await;
    assert_eq!((back.status, back.location()), (303, "/signup/connected"), "{}", back.words());
    let page = browser.get("/signup/connected").await;
    assert!(page.has_text("You'll log in with Example ID"), "{}", page.words());
    let form = page.form("/signup/connected");
    let made = browser.submit(&form, &[]).await;
    assert_eq!((made.status, made.location()), (303, "/workspaces/new"), "{}", made.words());
    browser
}

#[tokio::test]
async fn somebody_new_makes_an_account_and_comes_back_with_it() {
    with_certified(&[], async |site| {
        let login = site.stage.visitor().get("/login").await;
        assert!(login.has_text("Continue with Example ID"), "{}", login.words());
        let browser = join(site, "maya").await;
        let account = browser.get("/account").await;
        assert!(account.text.contains("maya@acme.example") && account.has_text("Maya"));

        let again = site.stage.visitor();
        let back =
            by_provider(&again, &format!("{START}?next=%2Faccount%2Fsecurity"), "maya").await;
        assert_eq!((back.status, back.location()), (303, "/account/security"), "{}", back.words());
        assert!(is_in(&again).await);
        // Nobody can have typed a password that there is not.
        let guess = log_in(&site.stage.visitor(), "maya@acme.example").await;
        assert!(guess.status == 422, "{}", guess.words());
        let guess = site.stage.visitor();
        let form = guess.get("/login").await.form("/login");
        let fields = [("email", "maya@acme.example"), ("password", "")];
        assert_eq!(guess.submit(&form, &fields).await.status, 422);
    })
    .await;
}

#[tokio::test]
async fn the_only_way_in_stays_until_there_is_a_password() {
    with_certified(&[], async |site| {
        let browser = join(site, "maya").await;
        let page = browser.get("/account/connections").await;
        assert!(page.has_text("It's your only way to log in"), "{}", page.words());
        assert!(page.forms().iter().all(|form| !form.path().ends_with("/end")));
        let catalog = site.stage.store.catalog();
        let person = core_access::user_by_email(catalog, "maya@acme.example").await;
        let person = person.map_err(Error::into_anyhow).unwrap().unwrap();
        let all = accounts::connection::of_user(catalog, person.id).await;
        let all = all.map_err(Error::into_anyhow).unwrap();
        // Whoever sends the form that is not there changes nothing.
        let end = format!("/account/connections/{}/end", all[0].id);
        let refused = browser.follow(browser.post(&end, &[]).await).await;
        assert!(refused.has_text("your only way to log in"), "{}", refused.words());

        let form = browser.get("/forgot").await.form("/forgot");
        browser.submit(&form, &[("email", "maya@acme.example")]).await;
        let link = site.link("maya@acme.example").await;
        let form = browser.get(&link).await.form("/reset");
        let set = browser.submit(&form, &[("password", super::PASSWORD)]).await;
        assert_eq!(set.status, 303, "{}", set.words());
        let browser = site.logged_in("maya@acme.example").await;
        let form = browser.get("/account/connections").await.form(&end);
        let gone = browser.submit(&form, &[]).await;
        let gone = browser.follow(gone).await;
        assert!(gone.has_text("Example ID is disconnected"), "{}", gone.words());
        site.stage.run_jobs().await;
        let mail = site.stage.mailbox().newest_to("maya@acme.example");
        assert!(mail.subject.contains("was disconnected"), "{}", mail.subject);
        // What let them in is somebody new again.
        let back = by_provider(&site.stage.visitor(), START, "maya").await;
        assert_eq!(back.location(), "/signup/connected");
    })
    .await;
}

#[tokio::test]
async fn one_more_way_in_is_connected_from_the_account_and_ends_other_sessions() {
    with_certified(&[], async |site| {
        let email = site.person("Kim").await;
        let (here, there) = (site.logged_in(&email).await, site.logged_in(&email).await);
        let list = here.get("/account/connections").await;
        let link = list.text.split("href=\"/auth/example").nth(1).unwrap();
        let link = format!("/auth/example{}", link.split('"').next().unwrap());
        let back = by_provider(&here, &link, "someone@else.example").await;
        assert_eq!((back.status, back.location()), (303, "/account/connections"));
        let list = here.follow(back).await;
        assert!(list.has_text("someone@else.example"), "{}", list.words());
        assert!(!is_in(&there).await, "a change of the ways in ends every other session");
        site.stage.run_jobs().await;
        assert!(site.stage.mailbox().newest_to(&email).subject.contains("was connected"));
        // It is theirs, whatever address it has there.
        let other = site.stage.visitor();
        by_provider(&other, START, "someone@else.example").await;
        assert!(other.get("/account").await.text.contains(&email));

        // And nobody else's.
        let bo = site.logged_in(&site.person("Bo").await).await;
        let list = bo.get("/account/connections").await;
        let link = list.text.split("href=\"/auth/example").nth(1).unwrap();
        let link = format!("/auth/example{}", link.split('"').next().unwrap());
        let back = by_provider(&bo, &link, "someone@else.example").await;
        let told = bo.follow(back).await;
        assert!(told.has_text("connected to someone else"), "{}", told.words());
        // Another's connection does not exist for them.
        let catalog = site.stage.store.catalog();
        let kim = core_access::user_by_email(catalog, &email).await;
        let kim = kim.map_err(Error::into_anyhow).unwrap().unwrap();
        let all = accounts::connection::of_user(catalog, kim.id).await;
        let all = all.map_err(Error::into_anyhow).unwrap();
        let end = format!("/account/connections/{}/end", all[0].id);
        assert_eq!(bo.post(&end, &[]).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_second_step_is_asked_for_after_a_provider_too() {
    with_certified(&[], async |site| {
        let browser = join(site, "maya").await;
        let catalog = site.stage.store.catalog();
        let person = core_access::user_by_email(catalog, "maya@acme.example").await;
        let person = person.map_err(Error::into_anyhow).unwrap().unwrap();
        let vault = &site.stage.core.vault;
        let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
        accounts::second_factor::give(catalog, vault, person.id, secret).await.unwrap();
        drop(browser);
        let again = site.stage.visitor();
        let back = by_provider(&again, START, "maya").await;
        assert_eq!((back.status, back.location()), (303, "/login/mfa"));
        assert!(!is_in(&again).await);
    })
    .await;
}

#[tokio::test]
async fn without_a_password_the_provider_says_again_that_it_is_them() {
    with_certified(&[], async |site| {
        let browser = join(site, "maya").await;
        core_base::clock::set_ahead(chrono::TimeDelta::minutes(20));
        let asked = browser.go("/account/security/totp").await;
        assert!(asked.has_text("Continue with Example ID"), "{}", asked.words());
        assert!(asked.forms().iter().all(|form| form.path() != "/account/prove"), "no password");
        let link = asked.text.split("href=\"/auth/example").nth(1).unwrap();
        let link =
            format!("/auth/example{}", link.split('"').next().unwrap()).replace("&amp;", "&");
        let link = link.replace("&#38;", "&");
        // As somebody else there, it says nothing.
        let back = by_provider(&browser, &link, "bo").await;
        let told = browser.follow(back).await;
        assert!(told.has_text("isn't connected to yours"), "{}", told.words());
        assert_eq!(browser.get("/account/security/totp").await.status, 303);
        let back = by_provider(&browser, &link, "maya").await;
        assert_eq!((back.status, back.location()), (303, "/account/security/totp"));
        assert_eq!(browser.get("/account/security/totp").await.status, 200);
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
    })
    .await;
}

#[tokio::test]
async fn where_sign_up_is_not_open_a_provider_opens_nothing() {
    for how in ["closed", "invited"] {
        with_certified(&[("REGISTRATION", how)], async |site| {
            for who in ["maya", "unverified:maya"] {
                let browser = site.stage.visitor();
                by_provider(&browser, START, who).await;
                let page = browser.get("/signup/connected").await;
                assert!(page.has_text("Sign-up is not open"), "{how} {who}: {}", page.words());
                for path in ["/signup/connected", "/signup/connected/email"] {
                    let fields = [("name", "Maya"), ("email", "maya@acme.example")];
                    browser.post(path, &fields).await;
                }
                assert!(!is_in(&browser).await, "{how} {who}");
            }
            site.stage.run_jobs().await;
            assert!(site.stage.mailbox().emails().is_empty());
        })
        .await;
    }
}
