//! A form must come from a page of this very origin, in the browser that was given it.

use axum::http::{HeaderValue, Method};

use crate::world::{World, everywhere};

/// A POST that makes a project, with this origin and token.
async fn forge(
    world: &World,
    origin: Option<&str>,
    site: Option<&str>,
    token: Option<&str>,
) -> u16 {
    let mut request = world.ana.request(Method::POST, "/projects");
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", HeaderValue::from_str(origin).unwrap());
    }
    if let Some(site) = site {
        request.headers_mut().insert("sec-fetch-site", HeaderValue::from_str(site).unwrap());
    }
    let body = match token {
        Some(token) => format!("name=Forged&_csrf={token}"),
        None => "name=Forged".to_owned(),
    };
    world.ana.send(request, &body).await.status
}

#[tokio::test]
async fn forged_forms_change_nothing() {
    everywhere(async |world| {
        let own = world.acme.origin.as_str();
        let good = world.ana.csrf_token(own);
        let visitors = world.stage.visitor_at(&world.acme).csrf_token(own);
        let bos = world.bo.csrf_token(&world.globex.origin);
        let at_account = world.ana.csrf_token(world.ana.account_origin());
        for (what, origin, site, token) in [
            ("no token", Some(own), None, None),
            ("an empty token", Some(own), None, Some("")),
            ("a made-up token", Some(own), None, Some(&*"0".repeat(64))),
            ("a token of another browser", Some(own), None, Some(&*visitors)),
            ("a token of another person", Some(own), None, Some(&*bos)),
            ("a token of the account site", Some(own), None, Some(&*at_account)),
            ("a foreign origin", Some("https://evil.test"), None, Some(&*good)),
            ("a sibling's origin", Some(&*world.globex.origin), None, Some(&*good)),
            ("the account site's origin", Some(world.ana.account_origin()), None, Some(&*good)),
            ("another port", Some("http://acme.localhost:9000"), None, Some(&*good)),
            ("another scheme", Some("https://acme.localhost:8000"), None, Some(&*good)),
            ("an opaque origin", Some("null"), None, Some(&*good)),
            ("what the browser calls cross-site", None, Some("cross-site"), Some(&*good)),
            ("what the browser calls same-site", None, Some("same-site"), Some(&*good)),
        ] {
            assert_eq!(forge(world, origin, site, token).await, 400, "{what}");
        }
        assert_eq!(world.count_projects().await, 0);
        assert_eq!(forge(world, Some(own), Some("same-origin"), Some(&good)).await, 303);
        assert_eq!(world.count_projects().await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_forms_of_a_page_carry_a_token_that_is_good() {
    everywhere(async |world| {
        let page = world.ana.get("/projects/new").await;
        let form = page.form("/projects");
        assert!(form.value("_csrf").is_some_and(|token| token.len() == 80));
        assert_eq!(world.ana.submit(&form, &[("name", "Rocket")]).await.status, 303);
        assert_eq!(world.count_projects().await, 1);
    })
    .await;
}
