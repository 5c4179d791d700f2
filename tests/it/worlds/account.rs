//! The recordings of the account site, and of whatever needs a token.

use axum::http::Method;
use core_access::entity::email_link::Purpose;
use core_base::SiteKey;
use core_testing::{Actor, Stage};

use crate::world::{asked_email, changed_email};

use super::{
    book::{By, Entry, PASSWORD, get, post},
    scene::{Scene, done, link},
};

const KEY: &str = "/account/security/passkeys/{id}";
const BACK: &str = "/auth/{provider}/callback";

/// The account site, but for what comes with a token.
pub(super) async fn routes(scene: &Scene, leaving: &str) -> Vec<Entry> {
    let (stage, a, on) = (&scene.stage, &scene.a, SiteKey::ACCOUNT);
    let keyed = "keyed@example.test";
    let hash = accounts::user::hash(PASSWORD.to_owned()).await;
    let hash = hash.map_err(core_base::Error::into_anyhow).unwrap();
    accounts::user::insert(stage.store.catalog(), keyed, "Kim", &hash).await.unwrap();
    let letter = {
        use platform::mail::{Branding, Mailbox, Message};
        let on = Branding::of(stage.config());
        stage.deliver(&Message::new("Hello").email(&on, Mailbox::unknown(keyed))).await
    };
    let nonce = "0".repeat(64);
    let slug = &a.workspace.tenant.slug;
    let profile = [("name", "Ann"), ("locale", "en-GB"), ("zone", ""), ("theme", "dark")];
    let password = [("current", PASSWORD), ("password", "nine kites above the harbour")];
    let workspace = [("name", "Fresh"), ("slug", "fresh-workspace")];
    let plan = [("workspace", &**slug), ("plan", "free")];
    let sheet = [("name", "Falcon"), ("terms", "true")];
    vec![
        get(on, "/cross", format!("/cross?tenant={slug}&nonce={nonce}")),
        get(on, "/dev/mail/{id}", format!("/dev/mail/{letter}")),
        get(on, "/dev/mail/{id}/html", format!("/dev/mail/{letter}/html")),
        get(on, "/workspaces/plan", format!("/workspaces/plan?workspace={slug}")),
        get(on, "/workspaces/available", format!("/workspaces/available?slug={slug}")),
        post(on, "/login", "/login", &[("email", keyed), ("password", PASSWORD)], By::Nobody),
        post(on, "/signup", "/signup", &[("email", "fresh@example.test")], By::Nobody),
        post(on, "/forgot", "/forgot", &[("email", keyed)], By::Nobody),
        post(on, "/account", "/account", &profile, By::Owner),
        post(on, "/account/prove", "/account/prove", &[("password", PASSWORD)], By::Other),
        post(on, "/login/mfa", "/login/mfa", &[("code", "123456")], By::Nobody),
        get(on, "/auth/{provider}/start", "/auth/github/start"),
        // Whoever has not begun it begins anew.
        (on, Method::GET, BACK, BACK.replace("{provider}", "github"), vec![], By::Nobody, false),
        post(on, "/login/link", "/login/link", &[("email", keyed)], By::Nobody),
        post(on, "/login/link/code", "/login/link/code", &[("code", "123456")], By::Nobody),
        post(on, "/login/passkey", "/login/passkey", &[], By::Nobody),
        post(on, "/login/mfa/passkey", "/login/mfa/passkey", &[], By::Nobody),
        post(on, "/signup/connected", "/signup/connected", &[("name", "Ann")], By::Nobody),
        post(
            on,
            "/signup/connected/email",
            "/signup/connected/email",
            &[("email", "fresh@example.test")],
            By::Nobody,
        ),
        post(on, "/account/password", "/account/password", &password, By::Other),
        post(on, "/account/sessions/{id}/end", &a.device, &[], By::Owner),
        post(on, "/account/sessions/end", "/account/sessions/end", &[], By::Owner),
        post(on, "/workspaces", "/workspaces", &workspace, By::Owner),
        post(on, "/workspaces/plan", "/workspaces/plan", &plan, By::Owner),
        post(on, "/workspaces/{id}/keep", format!("/workspaces/{leaving}/keep"), &[], By::Leaver),
        post(on, "/theme", "/theme", &[("theme", "dark")], By::Nobody),
        post(on, "/dev/components", "/dev/components", &sheet, By::Nobody),
        post(on, "/logout", "/logout", &[], By::Leaver),
    ]
}

/// An account at another site and a passkey, which are taken away again.
pub(super) async fn connections(stage: &Stage, of: &Actor) -> Vec<Entry> {
    let first = crate::world::connect(stage, of.user, "acanary-connected-one").await;
    crate::world::connect(stage, of.user, "acanary-connected-two").await;
    let key = crate::world::passkey(stage, of.user, "Phone").await;
    let name = vec![("name", "Renamed".to_owned())];
    let undo = changed_email(stage, of, &of.email, "moved@example.test").await;
    // After it: each change of how one gets in ends the trust in every device.
    let trusted = crate::world::trusted(stage, of.user, "Laptop").await;
    let confirm = asked_email(stage, of, "again@example.test").await;
    let not_me = crate::world::not_me(stage, of.user, "again@example.test");
    let asked = vec![("email", "third@example.test".to_owned())];
    let token = |link: &str| link.split("token=").last().unwrap().to_owned();
    let page = |route: &'static str, link: &str| {
        let path = format!("{route}?token={}", token(link));
        (SiteKey::ACCOUNT, Method::GET, route, path, vec![], By::Connected, false)
    };
    let form = |route: &'static str, link: &str| {
        let fields = vec![("token", token(link))];
        (SiteKey::ACCOUNT, Method::POST, route, route.to_owned(), fields, By::Connected, true)
    };
    let new = "/account/connections/new";
    let sent = |route: &'static str, path: String| {
        (SiteKey::ACCOUNT, Method::POST, route, path, vec![], By::Connected, true)
    };
    let (site, route) = (SiteKey::ACCOUNT, "/account/connections/{id}/end");
    vec![
        sent("/account/sessions/trusted/{id}/end", format!("{trusted}/end")),
        (site, Method::POST, route, format!("{first}/end"), vec![], By::Connected, true),
        (site, Method::POST, new, new.to_owned(), vec![], By::Connected, true),
        (site, Method::GET, KEY, key.clone(), vec![], By::Connected, false),
        (site, Method::POST, KEY, key.clone(), name, By::Connected, true),
        sent("/account/security/passkeys/{id}/remove", format!("{key}/remove")),
        sent("/account/security/passkeys", "/account/security/passkeys".into()),
        sent("/account/prove/passkey", "/account/prove/passkey".into()),
        (site, Method::POST, "/account/email", "/account/email".into(), asked, By::Connected, true),
        page("/account/email/confirm", &confirm),
        form("/account/email/confirm", &confirm),
        page("/account/not-me", &not_me),
        form("/account/not-me", &not_me),
        page("/account/email/undo", &undo),
        form("/account/email/undo", &undo),
    ]
}

/// An account that is kept, and then deleted.
pub(super) fn end(email: &str) -> Vec<Entry> {
    let sent = |route: &'static str, fields| {
        (SiteKey::ACCOUNT, Method::POST, route, route.to_owned(), fields, By::Departing, true)
    };
    vec![sent("/account/keep", vec![]), sent("/account/delete", vec![("email", email.to_owned())])]
}

/// A second step that is set up, used and taken away again: each code once.
pub(super) async fn second_step(of: &Actor) -> Vec<Entry> {
    let sent = |route: &'static str, fields| {
        (SiteKey::ACCOUNT, Method::POST, route, route.to_owned(), fields, By::Guarded, true)
    };
    let code = crate::forms::code(of).await;
    vec![
        sent("/account/security/totp", vec![("code", code)]),
        sent("/account/security/recovery-codes", vec![]),
        sent("/account/security/totp/off", vec![]),
    ]
}

/// What whoever holds a token may do. Each is sent before it is copied.
pub(super) async fn tokens(scene: &Scene, invitee: &Actor) -> Vec<Entry> {
    let (stage, on) = (&scene.stage, SiteKey::ACCOUNT);
    let sign_up = link(stage, Purpose::SignUp, "acanary-sign-up@example.test", 1).await;
    let log_in = link(stage, Purpose::LogIn, "keyed@example.test", 1).await;
    let reset = link(stage, Purpose::Reset, "keyed@example.test", 1).await;
    let late = link(stage, Purpose::SignUp, "late@example.test", -1).await;
    let new = "acanary-invited@example.test";
    let owner = &scene.a.owner;
    let mut sent = vec![];
    for email in [&*invitee.email, new] {
        let fields = [("emails", email), ("role", "viewer")];
        done(owner, "/settings/members/invite", &fields).await;
        stage.run_jobs().await;
        let link = stage.mailbox().newest_to(email).links()[0].to_owned();
        sent.push(link.split("token=").last().unwrap().to_owned());
    }
    let nonce_of_owner = crossing(scene).await;
    let set = |token: &str| [("token", token.to_owned()), ("password", PASSWORD.to_owned())];
    let named = |token: &str| {
        let mut fields = set(token).to_vec();
        fields.push(("name", "acanary-new-name".to_owned()));
        fields
    };
    let page = |route: &'static str, token: &str, by| {
        (on, Method::GET, route, format!("{route}?token={token}"), vec![], by, true)
    };
    let form = |route: &'static str, fields: Vec<_>, by| {
        (on, Method::POST, route, route.to_owned(), fields, by, true)
    };
    let token = |token: &str| vec![("token", token.to_owned())];
    vec![
        page("/signup/confirm", &sign_up, By::Nobody),
        form("/signup/confirm", named(&sign_up), By::Nobody),
        form("/signup/again", token(&late), By::Nobody),
        page("/reset", &reset, By::Nobody),
        page("/login/link/confirm", &log_in, By::Nobody),
        form("/login/link/confirm", token(&log_in), By::Nobody),
        form("/reset", set(&reset).to_vec(), By::Nobody),
        page("/invitation", &sent[0], By::Invitee),
        form("/invitation/accept", token(&sent[0]), By::Invitee),
        page("/signup/invited", &sent[1], By::Nobody),
        form("/signup/invited", named(&sent[1]), By::Nobody),
        page("/invitation/decline", &sent[1], By::Nobody),
        form("/invitation/decline", token(&sent[1]), By::Nobody),
        (SiteKey::WORKSPACE, Method::GET, "/redeem", nonce_of_owner, vec![], By::Owner, true),
    ]
}

/// Another browser of the owner's comes in; gives the way with the ticket it used.
async fn crossing(scene: &Scene) -> String {
    let (browser, a) = (scene.stage.visitor_at(&scene.a.workspace), &scene.a);
    let (account, cookie) = (a.owner.account_origin(), core_http::SESSION_COOKIE);
    browser.set_cookie(account, cookie, &a.owner.cookie(account, cookie).unwrap());
    let cross = browser.get("/enter").await.location().to_owned();
    let redeem = browser.get(&cross).await.location().to_owned();
    assert_eq!(browser.get(&redeem).await.status, 303, "{redeem}");
    redeem.trim_start_matches(&a.workspace.origin).to_owned()
}
