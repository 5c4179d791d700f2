//! A form that could not be taken comes back to whoever sent it, and to nobody else.

use core_access::entity::kept_form;
use core_http::SESSION_COOKIE;
use core_testing::{Answer, Role};
use sea_orm::PaginatorTrait;

use crate::world::{World, everywhere};

const KEPT: &str = "__Host-kept";
const TYPED: [(&str, &str); 2] = [("name", "   "), ("summary", "A summary nobody saved")];

/// A refused form as a browser sends it from its page; gives where the browser is sent.
async fn refused(world: &World) -> String {
    let page = world.ana.get("/projects/new").await;
    let token = page.form("/projects").value("_csrf").unwrap().to_owned();
    let (from, to) = (format!("{}/projects/new", world.acme.origin), "/projects");
    let fields = [TYPED[0], TYPED[1], ("_csrf", &token)];
    let answer = world.ana.browse(&from, to, &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    assert!(answer.location().starts_with("/projects/new?kept="), "{}", answer.location());
    answer.location().to_owned()
}

/// Where a form without a session leads after logging in, and its answer.
async fn logged_out(world: &World) -> (String, Answer) {
    let page = world.ana.get("/projects/new").await;
    let token = page.form("/projects").value("_csrf").unwrap().to_owned();
    world.stage.core.sessions.end_all(world.ana.user, None).await.unwrap_or_else(|_| panic!());
    let from = format!("{}/projects/new", world.acme.origin);
    let fields = [("name", "Rocket"), TYPED[1], ("_csrf", &token)];
    let answer = world.ana.browse(&from, "/projects", &fields).await;
    let way = url::Url::parse(&format!("http://x{}", answer.location())).unwrap();
    let next = way.query_pairs().find(|(name, _)| name == "next").unwrap().1.into_owned();
    (next, answer)
}

fn shows(answer: &Answer) -> bool {
    answer.forms().iter().any(|form| form.value("summary") == Some(TYPED[1].1))
}

async fn count(world: &World) -> u64 {
    let catalog = world.stage.store.catalog();
    catalog.find::<kept_form::Entity>().count(catalog).await.unwrap()
}

#[tokio::test]
async fn a_refused_form_is_a_page_of_its_own_with_everything_on_it() {
    everywhere(async |world| {
        let next = refused(world).await;
        for _ in ["at first", "loaded again"] {
            let page = world.ana.get(&next).await;
            assert_eq!(page.status, 422);
            assert!(shows(&page) && page.text.contains("aria-invalid"), "{}", page.words());
        }
        // Mended and sent from there, it is taken.
        let page = world.ana.get(&next).await;
        let sent = world.ana.submit(&page.form("/projects"), &[("name", "Rocket")]).await;
        assert_eq!(sent.status, 303, "{}", sent.words());
        assert_eq!(world.count_projects().await, 1);
        // The page without the mark is an empty form.
        assert!(!shows(&world.ana.get("/projects/new").await));
    })
    .await;
}

#[tokio::test]
async fn what_sends_no_browser_is_answered_as_it_is() {
    everywhere(async |world| {
        let answer = world.ana.post("/projects", &TYPED).await;
        assert_eq!(answer.status, 422);
        assert!(shows(&answer) && count(world).await == 0);
    })
    .await;
}

#[tokio::test]
async fn a_refused_form_is_for_its_browser_its_session_and_its_page_alone() {
    everywhere(async |world| {
        let next = refused(world).await;
        let key = world.ana.cookie(&world.acme.origin, KEPT).unwrap();
        // A colleague with the address, also with the cookie; another page; another workspace.
        let colleague = world.stage.member(&world.acme, Role::Owner).await;
        assert!(!shows(&colleague.get(&next).await));
        colleague.set_cookie(&world.acme.origin, KEPT, &key);
        assert!(!shows(&colleague.get(&next).await));
        let id = next.split("kept=").last().unwrap();
        assert!(!shows(&world.ana.get(&format!("/projects?kept={id}")).await));
        world.bo.set_cookie(&world.globex.origin, KEPT, &key);
        assert!(!shows(&world.bo.get(&next).await));
        // Whoever is logged out, or no longer a member, does not see it either.
        let tenant = world.acme.tenant.id;
        world.stage.core.sessions.end_in(world.ana.user, tenant).await.unwrap_or_else(|_| panic!());
        let answer = world.ana.get(&next).await;
        assert_eq!((answer.status, answer.location().starts_with("/enter")), (303, true));
        let stranger = world.stage.stranger_at(&world.acme).await;
        stranger.set_cookie(&world.acme.origin, KEPT, &key);
        assert_eq!(stranger.get(&next).await.status, 403);
    })
    .await;
}

#[tokio::test]
async fn a_form_of_an_ended_session_waits_for_its_person_and_is_not_sent_by_itself() {
    everywhere(async |world| {
        let (next, answer) = logged_out(world).await;
        assert!(answer.location().contains("ended=yes"), "{}", answer.location());
        // Not logged in yet, there is nothing to see.
        assert_eq!(world.ana.get(&next).await.status, 303);
        // Somebody else at the same browser sees an empty form.
        let other = world.stage.member(&world.acme, Role::Owner).await;
        let key = world.ana.cookie(&world.acme.origin, KEPT).unwrap();
        other.set_cookie(&world.acme.origin, KEPT, &key);
        let page = other.get(&next).await;
        assert!(page.status == 200 && !shows(&page), "{}", page.words());
        // Its person sees it filled in, and it was not sent.
        world.stage.log_in_again(&world.ana, &world.acme).await;
        let page = world.ana.get(&next).await;
        assert!(page.status == 200 && shows(&page), "{}", page.words());
        assert!(page.has_text("You were logged out before this was saved"), "{}", page.words());
        assert_eq!(world.count_projects().await, 0);
        let sent = world.ana.submit(&page.form("/projects"), &[]).await;
        assert_eq!((sent.status, world.count_projects().await), (303, 1));
    })
    .await;
}

#[tokio::test]
async fn the_log_in_page_says_that_somebody_was_logged_out() {
    everywhere(async |world| {
        let (next, answer) = logged_out(world).await;
        let page = world.ana.follow(answer).await;
        assert!(page.has_text("You were logged out"), "{}", page.words());
        assert!(page.has_text("What you typed is still there"), "{}", page.words());
        assert!(next.contains("kept="));
        // A page that was only looked at has nothing to keep, and whoever comes anew lost nothing.
        let page = world.ana.go("/projects").await;
        assert!(page.has_text("You were logged out") && !page.has_text("What you typed"));
        let page = world.stage.visitor_at(&world.acme).go("/projects").await;
        assert!(!page.has_text("You were logged out"), "{}", page.words());
    })
    .await;
}

#[tokio::test]
async fn a_page_of_the_session_before_can_be_sent_again_by_hand() {
    everywhere(async |world| {
        let page = world.ana.get("/projects/new").await;
        let token = page.form("/projects").value("_csrf").unwrap().to_owned();
        world.stage.log_in_again(&world.ana, &world.acme).await;
        let from = format!("{}/projects/new", world.acme.origin);
        let fields = [("name", "Rocket"), TYPED[1], ("_csrf", &token), ("password", "hunter22")];
        let answer = world.ana.browse(&from, "/projects", &fields).await;
        assert_eq!(answer.status, 400);
        assert!(answer.has_text("Send again") && answer.has_text(TYPED[1].1), "{}", answer.words());
        assert!(!answer.text.contains("hunter22"), "a password came back");
        let sent = world.ana.submit(&answer.form("/projects"), &[]).await;
        assert_eq!((sent.status, world.count_projects().await), (303, 1));
    })
    .await;
}

#[tokio::test]
async fn a_form_of_another_site_is_neither_kept_nor_offered_again() {
    everywhere(async |world| {
        for (origin, site) in [
            (Some("https://evil.test"), None),
            (Some("null"), None),
            (None, Some("cross-site")),
            (None, Some("same-site")),
            (None, None),
        ] {
            for signed_in in [true, false] {
                let who = if signed_in { &world.ana } else { &world.stage.visitor_at(&world.acme) };
                let mut request = who.request(axum::http::Method::POST, "/projects");
                let says = [("origin", origin), ("sec-fetch-site", site)];
                for (name, value) in says.into_iter().filter_map(|(n, v)| Some((n, v?))) {
                    request.headers_mut().insert(name, value.parse().unwrap());
                }
                let answer = who.send(request, "name=Forged&summary=Send+me").await;
                assert_eq!(answer.status, 400, "{origin:?} {site:?}");
                assert!(!answer.has_text("Send again"), "{origin:?} {site:?}");
            }
        }
        assert_eq!(count(world).await, 0);
        assert!(world.ana.cookie(&world.acme.origin, SESSION_COOKIE).is_some());
    })
    .await;
}
