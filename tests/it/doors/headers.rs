//! Every answer of every route carries the headers, errors included, and no page has anything inline
//! that the policy would have to allow.

use axum::http::{HeaderValue, Method, header};
use core_base::SiteKey;
use core_testing::{Actor, Answer};

use crate::{billing::shop::invoice_of, samples, world::everywhere_selling};

fn assert_guarded(answer: &Answer, what: &str) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    let policy = answer.header("content-security-policy");
    for part in
        ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]
    {
        assert!(policy.contains(part), "{what}: {part} in {policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains(" * "), "{what}: {policy}");
    assert!(!answer.header("x-request-id").is_empty(), "{what}: x-request-id");
    assert!(
        answer.header("cache-control").contains("no-store"),
        "{what}: {}",
        answer.header("cache-control")
    );
    assert_nothing_inline(&answer.text, what);
}

fn assert_nothing_inline(html: &str, what: &str) {
    let html = html.to_lowercase();
    for bad in ["<style", " style=\"", "javascript:", "<script>", " hx-on", "http-equiv=\"refresh"]
    {
        assert!(!html.contains(bad), "{what}: {bad}");
    }
    for event in ["click", "submit", "load", "error", "change", "input", "focus", "keydown"] {
        assert!(!html.contains(&format!(" on{event}=")), "{what}: on{event}");
    }
}

async fn see(who: &Actor, url: &str) {
    let answer = who.get(url).await;
    assert_guarded(&answer, &format!("{} {url}", answer.status));
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    everywhere_selling(async |world| {
        let account = world.stage.config().account_origin();
        let pages = samples::things(&world.stage, &world.ana).await.pages;
        let (member, role) = (world.member().await, world.role("Contractor").await);
        let letter = world.letter().await;
        let key = crate::world::passkey(&world.stage, world.ana.user, "Ana's phone").await;
        let invoice = invoice_of(&world.stage, &world.acme).await;
        let invoice = format!("/settings/billing/invoices/{invoice}");
        let (invitation, _) = world.invitation("new@example.test").await;
        let (visitor, account_visitor) =
            (world.stage.visitor_at(&world.acme), world.stage.visitor());
        // An email has styles of its own; apps/mailbox looks at the policy it is shown under.
        let ours = world.stage.routes.iter().filter(|route| route.path != "/dev/mail/{id}/html");
        for route in ours.filter(|route| route.method == Method::GET) {
            let page = pages.iter().find(|(of, page)| *of == route.path && page.path().is_some());
            let path = page.and_then(|(_, page)| page.path()).unwrap_or(route.path).to_owned();
            let path = path.replace("/settings/members/invitations/{id}", &invitation);
            let path = path.replace("/settings/members/{id}", &member);
            let path = path.replace("/settings/roles/{id}", &role);
            let path = path.replace("/settings/billing/invoices/{id}", &invoice);
            let path = path.replace("/account/security/passkeys/{id}", &key);
            let path = path.replace("/dev/mail/{id}", &letter).replace("{provider}", "github");
            assert!(!path.contains('{'), "no sample for {path}");
            let (origin, outside) = match route.site {
                SiteKey::WORKSPACE => (&world.acme.origin, &visitor),
                _ => (&account, &account_visitor),
            };
            see(&world.ana, &format!("{origin}{path}")).await;
            see(outside, &format!("{origin}{path}")).await;
        }
    })
    .await;
}

#[tokio::test]
async fn errors_carry_them_too() {
    everywhere_selling(async |world| {
        for url in [
            "/nowhere",
            "/projects/00000000-0000-0000-0000-000000000000",
            "/projects/not-an-id",
            "http://nobody.localhost:8000/",
            "http://evil.test/",
        ] {
            see(&world.ana, url).await;
        }
        let refused = world.ana.post_raw("/projects", &[("name", "x")]).await;
        assert_eq!(refused.status, 400);
        assert_guarded(&refused, "400");
        let invalid = world.ana.post("/projects", &[("name", "")]).await;
        assert_eq!(invalid.status, 422);
        assert_guarded(&invalid, "422");
        let request = world.ana.request(Method::DELETE, "/projects");
        let mut request = request;
        let token = HeaderValue::from_str(&world.ana.csrf_token(&world.acme.origin)).unwrap();
        request.headers_mut().insert("x-csrf-token", token);
        let wrong = world.ana.send(request, "").await;
        assert_eq!(wrong.status, 405);
        assert_guarded(&wrong, "405");
        let large = world.ana.post("/projects", &[("name", &"x".repeat(2 << 20))]).await;
        assert_eq!(large.status, 413);
        assert_guarded(&large, "413");
    })
    .await;
}

#[tokio::test]
async fn form_action_leads_to_the_other_doors_and_nowhere_else() {
    everywhere_selling(async |world| {
        let of = |answer: &Answer| {
            let policy = answer.header("content-security-policy").to_owned();
            let part =
                policy.split("; ").find(|part| part.starts_with("form-action")).unwrap_or("");
            part.to_owned()
        };
        let at_account = world.ana.get(&format!("{}/account", world.ana.account_origin())).await;
        assert_eq!(of(&at_account), "form-action 'self' http://*.localhost:8000");
        let at_acme = world.ana.get("/projects").await;
        assert_eq!(of(&at_acme), "form-action 'self' http://localhost:8000");
        // Where something is paid, also to the pages of whoever takes the money: on pages of that app alone,
        // and on those that the platform draws in their place, which offer to send the form again.
        let pays = of(&world.ana.get("/settings/billing/plan").await);
        let to_stripe = pays.strip_prefix("form-action 'self' http://127.0.0.1:");
        assert!(to_stripe.is_some_and(|rest| rest.ends_with(" http://localhost:8000")), "{pays}");
        let stale = [("plan", "team"), ("interval", "month"), ("way", "pay")];
        let refused = world.ana.post_raw("/settings/billing/plan", &stale).await;
        assert!(
            refused.status >= 400 && of(&refused) == pays,
            "{} {}",
            refused.status,
            of(&refused)
        );
        let elsewhere = world.ana.post_raw("/projects", &[("name", "x")]).await;
        assert_eq!(of(&elsewhere), of(&at_acme));
    })
    .await;
}

#[tokio::test]
async fn cookies_are_host_only_and_out_of_reach_of_scripts() {
    everywhere_selling(async |world| {
        let answers = [
            world.stage.visitor_at(&world.acme).get("/enter").await,
            world.stage.visitor().get("/login").await,
            world.ana.post("/projects", &[("name", "Rocket")]).await,
        ];
        for answer in answers {
            let lines = answer.all(header::SET_COOKIE.as_str());
            assert!(!lines.is_empty(), "{}", answer.status);
            for line in lines {
                let good = line.starts_with("__Host-")
                    && ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"]
                        .iter()
                        .all(|part| line.contains(part))
                    && !line.contains("Domain");
                assert!(good, "{line}");
            }
        }
    })
    .await;
}
