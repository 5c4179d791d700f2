//! Microsoft and GitHub, as they differ from OpenID Connect.

use serde_json::json;

use super::{begin, is_in, with_mean};

const TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// Anybody can have a tenant there and write any address into it: only a domain that was proven by DNS counts.
#[tokio::test]
async fn microsoft_says_whose_an_address_is_only_where_the_domain_was_proven() {
    with_mean(async |site| {
        let claims = |more: serde_json::Value| {
            let mut all = json!({ "sub": "1", "tid": TENANT, "email": "kim@acme.example" });
            let more = more.as_object().unwrap().clone();
            all.as_object_mut().unwrap().extend(more);
            all
        };
        for (more, proven) in [
            (json!({}), false),
            (json!({ "email_verified": true }), false),
            (json!({ "xms_edov": false }), false),
            (json!({ "xms_edov": true }), true),
            (json!({ "xms_edov": "1" }), true),
        ] {
            let browser = site.stage.visitor();
            let flow = begin(&browser, "microsoft").await;
            let code = flow.code(claims(more.clone()), "");
            let back = format!("/auth/microsoft/callback?code={code}&state={}", flow.state);
            assert_eq!(browser.get(&back).await.location(), "/signup/connected", "{more}");
            let page = browser.get("/signup/connected").await;
            assert_eq!(
                !page.has_text("We'll email you a link"),
                proven,
                "{more}: {}",
                page.words()
            );
        }
        // One tenant cannot speak for another, nor without saying which it is.
        for (claims, way) in [
            (json!({ "sub": "1", "email": "kim@acme.example" }), ""),
            (json!({ "sub": "1", "tid": "../common", "email": "kim@acme.example" }), ""),
            (claims(json!({ "iss": "https://elsewhere.example/v2.0" })), ""),
            (claims(json!({})), "issuer"),
        ] {
            let browser = site.stage.visitor();
            let flow = begin(&browser, "microsoft").await;
            let code = flow.code(claims.clone(), way);
            let back = format!("/auth/microsoft/callback?code={code}&state={}", flow.state);
            assert_eq!(browser.get(&back).await.status, 400, "{claims}");
        }
    })
    .await;
}

#[tokio::test]
async fn github_knows_people_by_number_and_says_which_address_it_has_seen() {
    with_mean(async |site| {
        let code = |emails: serde_json::Value, login: &str| {
            let user = json!({ "id": 4711, "login": login, "name": null });
            let code = json!({ "claims": user, "emails": emails, "for": uuid::Uuid::new_v4() });
            super::base64url(code.to_string().as_bytes())
        };
        let address = |email: &str, primary: bool, verified: bool| json!({ "email": email, "primary": primary, "verified": verified });
        let first = json!([address("x@else.example", false, true), address("m@acme.example", true, true)]);
        let browser = site.stage.visitor();
        let flow = begin(&browser, "github").await;
        let back = |flow: &super::Flow, code: &str| format!("/auth/github/callback?code={code}&state={}", flow.state);
        browser.get(&back(&flow, &code(first.clone(), "maya"))).await;
        let form = browser.get("/signup/connected").await.form("/signup/connected");
        assert_eq!(browser.submit(&form, &[]).await.location(), "/workspaces/new");
        // With another name and another address it is the same person.
        let again = site.stage.visitor();
        let flow = begin(&again, "github").await;
        again.get(&back(&flow, &code(json!([address("new@acme.example", true, true)]), "maya2"))).await;
        assert!(again.get("/account").await.text.contains("m@acme.example"));
        // It knows no nonce and may not look at PKCE: the state alone keeps one browser's answer out of another.
        let (one, two) = (site.stage.visitor(), site.stage.visitor());
        let flow = begin(&one, "github").await;
        begin(&two, "github").await;
        assert_eq!(two.get(&back(&flow, &code(first.clone(), "maya"))).await.status, 400);
        assert!(!is_in(&two).await);
        // A code that is no good is answered with 200 there.
        let third = site.stage.visitor();
        let flow = begin(&third, "github").await;
        let refused = super::base64url(json!({ "way": "refused", "for": uuid::Uuid::new_v4() }).to_string().as_bytes());
        assert_eq!(third.get(&back(&flow, &refused)).await.status, 400);
        assert!(!is_in(&third).await);
        // Not the primary one, and not one that was not seen.
        for emails in [json!([address("z@acme.example", true, false)]), json!([])] {
            let browser = site.stage.visitor();
            let flow = begin(&browser, "github").await;
            let user = json!({ "id": 4712, "login": "zoe", "name": "Zoe" });
            let code = json!({ "claims": user, "emails": emails, "for": uuid::Uuid::new_v4() });
            let code = code.to_string();
            browser.get(&back(&flow, &super::base64url(code.as_bytes()))).await;
            let page = browser.get("/signup/connected").await;
            assert!(page.has_text("We'll email you a link"), "{}", page.words());
        }
    })
    .await;
}
