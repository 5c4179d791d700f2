//! The ticket from the account site to a workspace: once, at once, in one browser, on one host.

use core_access::entity::ticket;
use core_http::SESSION_COOKIE;
use core_testing::Actor;
use sea_orm::sea_query::Expr;

use crate::world::{World, everywhere};

const NONCE_COOKIE: &str = "__Host-enter";

/// Ana, signed in at the account site alone, up to the moment before the ticket is taken in.
async fn with_ticket(world: &World) -> (Actor, String) {
    let account = world.stage.config().account_origin();
    let browser = world.stage.visitor_at(&world.acme);
    let cookie = world.ana.cookie(&account, SESSION_COOKIE).unwrap();
    browser.set_cookie(&account, SESSION_COOKIE, &cookie);
    let enter = browser.get("/projects").await;
    let cross = browser.get(enter.location()).await;
    let redeem = browser.get(cross.location()).await;
    assert!(redeem.location().starts_with(&format!("{}/redeem?ticket=", world.acme.origin)));
    let url = redeem.location().to_owned();
    (browser, url)
}

async fn assert_refused(browser: &Actor, url: &str) {
    let answer = browser.get(url).await;
    assert_eq!(answer.status, 400, "{}", answer.words());
    let set = answer.all("set-cookie");
    assert!(set.iter().all(|line| !line.starts_with(SESSION_COOKIE)), "{set:?}");
}

#[tokio::test]
async fn a_good_ticket_opens_the_page_that_was_asked_for() {
    everywhere(async |world| {
        let (browser, url) = with_ticket(world).await;
        let page = browser.go(&url).await;
        assert_eq!(page.status, 200);
        assert!(page.has_text("Projects"));
        assert!(browser.cookie(&world.acme.origin, NONCE_COOKIE).is_none(), "the nonce is used up");
    })
    .await;
}

#[tokio::test]
async fn a_ticket_is_refused_the_second_time() {
    everywhere(async |world| {
        let (browser, url) = with_ticket(world).await;
        let nonce = browser.cookie(&world.acme.origin, NONCE_COOKIE).unwrap();
        assert_eq!(browser.get(&url).await.status, 303);
        let again = world.stage.visitor_at(&world.acme);
        again.set_cookie(&world.acme.origin, NONCE_COOKIE, &nonce);
        assert_refused(&again, &url).await;
    })
    .await;
}

#[tokio::test]
async fn a_late_ticket_is_refused() {
    everywhere(async |world| {
        let (browser, url) = with_ticket(world).await;
        let catalog = world.stage.store.catalog();
        let past = core_base::clock::now() - std::time::Duration::from_secs(1);
        catalog
            .update_many::<ticket::Entity>()
            .col_expr(ticket::Column::ExpiresAt, Expr::value(past))
            .exec(catalog)
            .await
            .unwrap();
        assert_refused(&browser, &url).await;
    })
    .await;
}

#[tokio::test]
async fn a_ticket_is_refused_in_another_browser_and_spoilt_by_the_try() {
    everywhere(async |world| {
        let (browser, url) = with_ticket(world).await;
        let thief = world.stage.visitor_at(&world.acme);
        thief.get("/enter").await;
        assert!(thief.cookie(&world.acme.origin, NONCE_COOKIE).is_some());
        assert_refused(&thief, &url).await;
        assert_refused(&browser, &url).await;
        let (_, url) = with_ticket(world).await;
        assert_refused(&world.stage.visitor_at(&world.acme), &url).await;
    })
    .await;
}

#[tokio::test]
async fn a_ticket_is_refused_on_another_host() {
    everywhere(async |world| {
        let (browser, url) = with_ticket(world).await;
        let nonce = browser.cookie(&world.acme.origin, NONCE_COOKIE).unwrap();
        browser.set_cookie(&world.globex.origin, NONCE_COOKIE, &nonce);
        assert_refused(&browser, &url.replace("acme", "globex")).await;
    })
    .await;
}

#[tokio::test]
async fn nobody_gets_a_ticket_to_a_workspace_they_do_not_belong_to() {
    everywhere(async |world| {
        let account = world.stage.config().account_origin();
        let nonce = "0".repeat(64);
        let url = format!("{account}/cross?tenant=globex&nonce={nonce}");
        let answer = world.ana.get(&url).await;
        assert_eq!((answer.status, answer.header("location")), (403, ""));
    })
    .await;
}
