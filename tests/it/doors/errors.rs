//! Errors are pages of the site where they happen: the way on stays beside them.

use core_testing::Role;

use crate::world::everywhere;

#[tokio::test]
async fn a_member_keeps_the_navigation_on_every_page_of_an_error() {
    everywhere(async |world| {
        let missing = "/projects/00000000-0000-7000-8000-000000000000";
        for path in [missing, "/no/such/page"] {
            let page = world.ana.get(path).await;
            assert_eq!(page.status, 404, "{path}");
            assert!(page.text.contains(r#"href="/projects""#), "{path}: {}", page.words());
            assert!(page.has_text("Page not found"), "{path}: {}", page.words());
        }
        // Who can't be at home here is shown nothing of it.
        for who in [world.stage.visitor_at(&world.acme), world.stage.stranger_at(&world.acme).await]
        {
            let page = who.get("/no/such/page").await;
            assert_eq!(page.status, 404);
            assert!(!page.text.contains(r#"href="/projects""#), "{}", page.words());
        }
    })
    .await;
}

#[tokio::test]
async fn a_refusal_says_as_whom_and_what_the_role_lacks() {
    everywhere(async |world| {
        let viewer = world.stage.member(&world.acme, Role::Viewer).await;
        let page = viewer.get("/settings/general").await;
        assert_eq!(page.status, 403);
        assert!(page.text.contains(r#"href="/projects""#), "{}", page.words());
        let words = format!("Your role in {} does not include", world.acme.tenant.name);
        assert!(page.has_text(&words), "{}", page.words());
        assert!(page.has_text(&format!("Logged in as {}", viewer.email)), "{}", page.words());
        // A form that is refused shows what was typed, for whoever wants to pass it on.
        let typed = [("name", "Acme Rockets"), ("zone", "UTC")];
        let page = viewer.post("/settings/general", &typed).await;
        assert_eq!(page.status, 403);
        assert!(page.has_text("What you typed") && page.has_text("Acme Rockets"));
        assert!(!page.has_text("Send again"), "{}", page.words());
    })
    .await;
}

#[tokio::test]
async fn an_address_that_ends_in_a_slash_leads_to_the_page() {
    everywhere(async |world| {
        let answer = world.ana.get("/projects/?page=2").await;
        assert_eq!((answer.status, answer.location()), (308, "/projects?page=2"));
        for path in ["//evil.test/", "/%2fevil.test/", "/projects/"] {
            let answer = world.ana.get(path).await;
            let location = answer.header("location");
            assert!(!location.starts_with("//") && !location.contains("://"), "{path}: {location}");
        }
        // A form goes to one address alone.
        assert_eq!(world.ana.post("/projects/", &[("name", "Rocket")]).await.status, 404);
    })
    .await;
}
