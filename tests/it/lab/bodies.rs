//! Bodies that are no forms, and what keeps forged requests out of each.

use axum::http::Method;
use core_base::{Secret, config::derive};
use core_http::SESSION_COOKIE;
use core_testing::{Actor, Answer, Stage};

use super::{
    app::{SIGNED_WITH, Use, give_key},
    in_the_lab, json,
    keys::call,
    member, problem,
};
use platform::Permission;

/// Sends JSON as a script of a page does, with these headers besides the session's cookie.
async fn script(who: &Actor, says: &[(&'static str, &str)]) -> Answer {
    let mut request = who.request(Method::PUT, "/api/lab/7");
    let headers = request.headers_mut();
    headers.insert("content-type", "application/json; charset=utf-8".parse().unwrap());
    for (name, value) in says {
        headers.insert(*name, value.parse().unwrap());
    }
    who.send(request, r#"{"name":"Rocket"}"#).await
}

#[tokio::test]
async fn a_page_of_ours_sends_json_and_no_other_page_does() {
    in_the_lab(async |stage, acme| {
        let ana = member(stage, acme).await;
        let (token, own) = (ana.csrf_token(&acme.origin), acme.origin.as_str());
        let good = script(&ana, &[("x-csrf-token", &token), ("origin", own)]).await;
        let said = json(&good, "application/json");
        assert!(said["actor"].as_str().unwrap().contains("Session("), "{said}");
        let account = ana.account_origin().to_owned();
        let others = ana.csrf_token(&account);
        for says in [
            &[("origin", own)][..],
            &[("x-csrf-token", &token), ("origin", "http://evil.localhost:8000")],
            &[("x-csrf-token", &token), ("sec-fetch-site", "same-site")],
            &[("x-csrf-token", &others), ("origin", own)],
        ] {
            let refused = script(&ana, says).await;
            assert_eq!((refused.status, &problem(&refused)["status"]), (400, &400.into()));
        }
        let visitor = stage.visitor_at(acme);
        let token = visitor.csrf_token(&acme.origin);
        assert_eq!(script(&visitor, &[("x-csrf-token", &token)]).await.status, 401);
        // A key that is shown counts alone, also beside a good session.
        let forged = [("authorization", "Bearer x"), ("x-csrf-token", &*token)];
        assert_eq!(script(&ana, &forged).await.status, 401);
    })
    .await;
}

#[tokio::test]
async fn json_that_does_not_fit_is_told_why() {
    in_the_lab(async |stage, acme| {
        let ana = member(stage, acme).await;
        let key = give_key(acme.tenant.id, ana.user, &[Use::KEY]);
        let put = async |body: &str| {
            call(&stage.visitor_at(acme), Method::PUT, "/api/lab/7", key.expose(), body).await
        };
        let large = format!(r#"{{"name":"{}"}}"#, "x".repeat(1 << 20));
        for (body, status) in [
            ("", 400),
            ("{", 400),
            (r#"{"name":7}"#, 422),
            ("{}", 422),
            ("[]", 422),
            (r#"{"name":"\ud800"}"#, 400),
            (&large, 413),
        ] {
            let answer = put(body).await;
            let body = &body[..body.len().min(20)];
            assert_eq!(
                (answer.status, &problem(&answer)["status"]),
                (status, &status.into()),
                "{body}"
            );
        }
        let answer = put(r#"{"name":""}"#).await;
        assert_eq!(
            (answer.status, &problem(&answer)["errors"]["name"]),
            (422, &"Enter a name.".into())
        );
        // What a browser can send without asking first is refused by its type.
        let mut request = stage.visitor_at(acme).request(Method::PUT, "/api/lab/7");
        let bearer = format!("Bearer {}", key.expose());
        request.headers_mut().insert("authorization", bearer.parse().unwrap());
        request.headers_mut().insert("content-type", "text/plain".parse().unwrap());
        let answer = stage.visitor_at(acme).send(request, r#"{"name":"x"}"#).await;
        assert_eq!((answer.status, &problem(&answer)["status"]), (415, &415.into()));
        // The gate is asked before the body is read.
        let nobody = call(&stage.visitor_at(acme), Method::PUT, "/api/lab/7", "none", "{").await;
        assert_eq!(nobody.status, 401);
    })
    .await;
}

async fn hook(stage: &Stage, who: &Actor, body: &str, signature: &str) -> Answer {
    let url = format!("{}/hooks/lab", stage.config().account_origin());
    let mut request = who.request(Method::POST, &url);
    request.headers_mut().insert("x-signature", signature.parse().unwrap());
    who.send(request, body).await
}

#[tokio::test]
async fn a_signature_takes_the_place_of_a_token() {
    in_the_lab(async |stage, acme| {
        let (key, service) = (Secret::new(SIGNED_WITH), stage.visitor());
        let sign = |body: &str| derive(&key, body).expose().to_owned();
        for body in ["", "{\"id\":1}", "a=1&_csrf=2", "\u{fffd} as it is \r\n"] {
            let answer = hook(stage, &service, body, &sign(body)).await;
            assert_eq!(json(&answer, "application/json")["bytes"], body.len(), "{}", answer.text);
            let wrong = hook(stage, &service, body, &sign("else")).await;
            assert_eq!((wrong.status, &problem(&wrong)["status"]), (403, &403.into()));
        }
        let large = "x".repeat((1 << 20) + 1);
        assert_eq!(hook(stage, &service, &large, &sign(&large)).await.status, 413);
        // Nobody is signed in there, whatever cookie comes along, and no cookie comes back.
        let ana = member(stage, acme).await;
        let before = ana.cookie(ana.account_origin(), SESSION_COOKIE);
        let answer = hook(stage, &ana, "x", &sign("x")).await;
        assert_eq!((answer.status, answer.header("set-cookie")), (200, ""));
        assert_eq!(json(&answer, "application/json")["knows_a_person"], false);
        assert_eq!(ana.cookie(ana.account_origin(), SESSION_COOKIE), before);
    })
    .await;
}
