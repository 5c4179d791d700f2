//! Passkeys and security keys, by a key in software that also does what none should.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use core_testing::{Actor, Answer, Form, Stage};
use serde_json::{Value, json};

use crate::world::everywhere;

const PASSWORD: &str = "correct horse battery staple";
const KEYS: &str = "/account/security/passkeys";

async fn kim(stage: &Stage) -> Actor {
    let email = "kim@example.test";
    let made = accounts::user::create(stage.store.catalog(), email, "Kim", PASSWORD).await;
    made.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
    let browser = stage.visitor();
    assert_eq!(log_in(&browser, email).await.status, 303);
    browser
}

async fn log_in(browser: &Actor, email: &str) -> Answer {
    let form = browser.get("/login").await.form("/login");
    browser.submit(&form, &[("email", email), ("password", PASSWORD)]).await
}

async fn is_in(browser: &Actor) -> bool {
    browser.get("/account").await.status == 200
}

/// What the page's form asks of a key.
fn options(page: &Answer, action: &str) -> String {
    let from = page.text.split(&format!("action=\"{action}\"")).nth(1).unwrap();
    let text = from.split("data-options=\"").nth(1).unwrap().split('"').next().unwrap();
    text.replace("&#34;", "\"").replace("&quot;", "\"").replace("&#38;", "&").replace("&amp;", "&")
}

/// The key makes or uses a credential; `more` says what it does otherwise than it should.
fn key(deed: &str, options: &str, more: Value) -> Value {
    let mut asked = json!({ "options": options, "origin": "http://localhost:8000" });
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(1).unwrap();
    let mut child = Command::new("node")
        .arg(script.join("browser/providers/authenticator.mjs"))
        .arg(deed)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success());
    serde_json::from_slice(&done.stdout).unwrap()
}

/// The form with a key's answer in it.
async fn answer(browser: &Actor, form: &Form, done: &Value) -> Answer {
    browser.submit(form, &[("credential", done["answer"].as_str().unwrap())]).await
}

/// Adds a key as its page asks for it; gives what came, and the key.
async fn add(browser: &Actor, kind: &str, more: Value) -> (Answer, Value) {
    let page = browser.get(&format!("{KEYS}/new?kind={kind}")).await;
    let done = key("create", &options(&page, KEYS), more);
    let form = page.form(KEYS);
    let fields = [("credential", done["answer"].as_str().unwrap()), ("name", "Kim's phone")];
    (browser.submit(&form, &fields).await, done)
}

/// Uses one at the log-in page.
async fn use_key(browser: &Actor, of: &Value, more: Value) -> Answer {
    let page = browser.get("/login").await;
    let mut asked = json!({ "key": of["key"] });
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let done = key("get", &options(&page, "/login/passkey"), asked);
    answer(browser, &page.form("/login/passkey"), &done).await
}

#[tokio::test]
async fn a_passkey_lets_in_alone_and_is_found_without_a_name() {
    everywhere(async |world| {
        let stage = &world.stage;
        let (browser, other) = (kim(stage).await, stage.visitor());
        log_in(&other, "kim@example.test").await;
        let (added, phone) = add(&browser, "", json!({})).await;
        assert_eq!((added.status, added.location()), (303, KEYS), "{}", added.words());
        let asked = &phone["options"]["authenticatorSelection"];
        assert_eq!(asked["residentKey"], "required", "it must be found without a name: {asked}");
        assert_eq!(asked["userVerification"], "required");
        assert!(browser.follow(added).await.has_text("Kim's phone"));
        assert!(!is_in(&other).await, "every other session ends");
        stage.run_jobs().await;
        assert!(stage.mailbox().newest_to("kim@example.test").subject.contains("was added"));

        let again = stage.visitor();
        let page = again.get("/login").await;
        let public: Value = serde_json::from_str(&options(&page, "/login/passkey")).unwrap();
        assert_eq!(public["publicKey"]["allowCredentials"], json!([]), "nobody is named");
        let form = page.form("/login/passkey");
        let done = key("get", &public.to_string(), json!({ "key": phone["key"] }));
        let back = answer(&again, &form, &done).await;
        assert_eq!((back.status, back.location()), (303, "/workspaces"), "{}", back.words());
        assert!(is_in(&again).await);
        // The same answer once more, in another browser and in the same.
        let third = stage.visitor();
        let mine = third.get("/login").await.form("/login/passkey");
        let state = form.controls.iter().find(|one| one.name == "state").unwrap().value.clone();
        let fields = [("credential", done["answer"].as_str().unwrap()), ("state", &state)];
        assert_eq!(third.submit(&mine, &fields).await.location(), "/login");
        assert!(!is_in(&third).await, "each challenge once");
    })
    .await;
}

#[tokio::test]
async fn what_a_key_must_not_do_lets_nobody_in() {
    everywhere(async |world| {
        let stage = &world.stage;
        let browser = kim(stage).await;
        for (what, more) in [
            ("another origin", json!({ "origin": "http://acme.localhost:8000" })),
            ("a sibling's origin", json!({ "origin": "http://evil.localhost:8000" })),
            ("another site's", json!({ "rpId": "evil.example" })),
            ("nobody looked", json!({ "uv": false })),
            (
                "another challenge",
                json!({ "challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }),
            ),
        ] {
            let (added, _) = add(&browser, "", more).await;
            let told = browser.follow(added).await;
            assert!(told.has_text("Your key was not added"), "{what}: {}", told.words());
        }
        let (_, phone) = add(&browser, "", json!({ "counter": 5 })).await;
        let (_, stranger) = add(&kim_again(stage).await, "", json!({})).await;
        for (what, more) in [
            ("another origin", json!({ "origin": "http://acme.localhost:8000" })),
            ("another site's", json!({ "rpId": "evil.example" })),
            ("nobody looked", json!({ "uv": false, "counter": 6 })),
            (
                "another challenge",
                json!({ "challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }),
            ),
            ("another person's name", json!({ "user": stranger["key"]["user"], "counter": 6 })),
            ("a copy, by its counter", json!({ "counter": 3 })),
        ] {
            let one = stage.visitor();
            let back = use_key(&one, &phone, more).await;
            let told = one.follow(back).await;
            assert!(told.has_text("That passkey didn't work"), "{what}: {}", told.words());
            assert!(!is_in(&one).await, "{what}");
        }
        for nonsense in ["", "{}", "[]", "{\"id\":\"x\"}", "\u{0}"] {
            let one = stage.visitor();
            let form = one.get("/login").await.form("/login/passkey");
            one.submit(&form, &[("credential", nonsense)]).await;
            one.submit(&form, &[("credential", nonsense), ("state", nonsense)]).await;
            assert!(!is_in(&one).await, "{nonsense}");
        }
        // As it should be, it lets in; taken away, it does not.
        let one = stage.visitor();
        use_key(&one, &phone, json!({ "counter": 7 })).await;
        assert!(is_in(&one).await);
        // What it was at then is remembered: a copy that is behind shows.
        let copy = stage.visitor();
        use_key(&copy, &phone, json!({ "counter": 6 })).await;
        assert!(!is_in(&copy).await);
        let list = one.get(KEYS).await;
        let remove =
            list.forms().into_iter().find(|form| form.path().ends_with("/remove")).unwrap();
        let gone = one.submit(&remove, &[]).await;
        assert!(one.follow(gone).await.has_text("is removed"));
        let kim = core_access::user_by_email(stage.store.catalog(), "kim@example.test").await;
        let kim = kim.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
        let sessions = stage.core.sessions.of_user(kim.id).await;
        let sessions = sessions.map_err(core_base::Error::into_anyhow).unwrap();
        let methods: Vec<_> = sessions.into_iter().map(|one| one.method).collect();
        assert_eq!(methods, ["password"], "what is left is one step");
        let late = stage.visitor();
        use_key(&late, &phone, json!({ "counter": 9 })).await;
        assert!(!is_in(&late).await);
    })
    .await;
}

/// Lou, with a browser.
async fn kim_again(stage: &Stage) -> Actor {
    let email = "lou@example.test";
    let made = accounts::user::create(stage.store.catalog(), email, "Lou", PASSWORD).await;
    made.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
    let browser = stage.visitor();
    log_in(&browser, email).await;
    browser
}

#[tokio::test]
async fn a_security_key_is_a_second_step_and_no_way_in_alone() {
    everywhere(async |world| {
        let stage = &world.stage;
        let browser = kim(stage).await;
        let (added, usb) = add(&browser, "security_key", json!({ "uv": false })).await;
        assert_eq!(added.location(), "/account/security/recovery-codes", "{}", added.words());
        let codes = browser.follow(added).await;
        assert!(codes.has_text("Save your recovery codes"), "{}", codes.words());
        let alone = stage.visitor();
        use_key(&alone, &usb, json!({})).await;
        assert!(!is_in(&alone).await, "whoever holds it may be anybody");

        let one = stage.visitor();
        let asked = log_in(&one, "kim@example.test").await;
        assert_eq!(asked.location(), "/login/mfa");
        assert!(!is_in(&one).await);
        let page = one.get("/login/mfa").await;
        assert!(page.has_text("Use your security key"), "{}", page.words());
        let wanted = options(&page, "/login/mfa/passkey");
        let form = page.form("/login/mfa/passkey");
        // Another's answers, and its own for another challenge.
        let lou = kim_again(stage).await;
        let (_, theirs) = add(&lou, "security_key", json!({})).await;
        for (what, more) in [
            ("another's", json!({ "key": theirs["key"] })),
            ("another challenge", json!({ "key": usb["key"], "challenge": "AAAA" })),
        ] {
            let page = one.get("/login/mfa").await;
            let done = key("get", &options(&page, "/login/mfa/passkey"), more);
            let back = answer(&one, &page.form("/login/mfa/passkey"), &done).await;
            assert_eq!(back.location(), "/login/mfa", "{what}");
            assert!(!is_in(&one).await, "{what}");
        }
        let done = key("get", &wanted, json!({ "key": usb["key"], "uv": false }));
        let back = answer(&one, &form, &done).await;
        assert_eq!((back.status, back.location()), (303, "/workspaces"), "{}", back.words());
        assert!(is_in(&one).await);
        // A proof before what is grave looks who it is: this key does not.
        core_base::clock::set_ahead(chrono::TimeDelta::minutes(20));
        let prove = one.get("/account/prove").await;
        assert!(!prove.text.contains("/account/prove/passkey"), "{}", prove.words());
        // Nor where its answer to the second step of another log-in is sent there.
        let two = stage.visitor();
        log_in(&two, "kim@example.test").await;
        let page = two.get("/login/mfa").await;
        let form = page.form("/login/mfa/passkey");
        let state = form.controls.iter().find(|one| one.name == "state").unwrap();
        let done = key("get", &options(&page, "/login/mfa/passkey"), json!({ "key": usb["key"] }));
        let fields = [("state", &*state.value), ("credential", done["answer"].as_str().unwrap())];
        one.post("/account/prove/passkey", &fields).await;
        assert_eq!(one.get("/account/security/totp").await.status, 303, "nothing is proven");
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
        // An operator takes it away from somebody who lost it.
        let person = core_access::user_by_email(stage.store.catalog(), "kim@example.test").await;
        let person = person.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
        let reset = accounts::second_factor::reset(&stage.store, &person).await;
        assert!(reset.map_err(core_base::Error::into_anyhow).unwrap());
        assert_eq!(log_in(&stage.visitor(), "kim@example.test").await.location(), "/workspaces");
    })
    .await;
}

#[tokio::test]
async fn a_passkey_is_a_proof_and_a_second_step() {
    everywhere(async |world| {
        let stage = &world.stage;
        let browser = kim(stage).await;
        let (_, phone) = add(&browser, "", json!({})).await;
        assert_eq!(log_in(&stage.visitor(), "kim@example.test").await.location(), "/workspaces");
        core_base::clock::set_ahead(chrono::TimeDelta::minutes(20));
        assert_eq!(browser.get("/account/security/totp").await.status, 303);
        let page = browser.get("/account/prove?next=/account/security/totp").await;
        let action = "/account/prove/passkey";
        let form = page.form(action);
        let weak = key("get", &options(&page, action), json!({ "key": phone["key"], "uv": false }));
        answer(&browser, &form, &weak).await;
        assert_eq!(browser.get("/account/security/totp").await.status, 303, "nobody looked");
        let page = browser.get("/account/prove?next=/account/security/totp").await;
        let done = key("get", &options(&page, action), json!({ "key": phone["key"] }));
        let back = answer(&browser, &page.form(action), &done).await;
        assert_eq!(back.location(), "/account/security/totp", "{}", back.words());
        assert_eq!(browser.get("/account/security/totp").await.status, 200);
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
        let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
        let person = core_access::user_by_email(stage.store.catalog(), "kim@example.test").await;
        let person = person.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
        let (catalog, vault) = (stage.store.catalog(), &stage.core.vault);
        accounts::second_factor::give(catalog, vault, person.id, secret).await.unwrap();
        let one = stage.visitor();
        assert_eq!(log_in(&one, "kim@example.test").await.location(), "/login/mfa");
        let page = one.get("/login/mfa").await;
        let action = "/login/mfa/passkey";
        let done = key("get", &options(&page, action), json!({ "key": phone["key"] }));
        assert_eq!(answer(&one, &page.form(action), &done).await.location(), "/workspaces");
        // And alone, past the second step: its device has looked who holds it.
        let two = stage.visitor();
        assert_eq!(use_key(&two, &phone, json!({})).await.location(), "/workspaces");
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_made_while_the_proof_runs_out_is_added() {
    everywhere(async |world| {
        let browser = kim(&world.stage).await;
        let minutes = |many| core_base::clock::set_ahead(chrono::TimeDelta::minutes(many));
        minutes(14);
        let page = browser.get(&format!("{KEYS}/new")).await;
        assert_eq!(page.status, 200, "the log-in is a proof for 15 minutes: {}", page.words());
        let done = key("create", &options(&page, KEYS), json!({}));
        minutes(20);
        let fields = [("credential", done["answer"].as_str().unwrap()), ("name", "Kim's phone")];
        // Another session of the same person does not get it in.
        let other = world.stage.visitor();
        assert_eq!(log_in(&other, "kim@example.test").await.status, 303);
        let form = page.form(KEYS);
        let state = form.value("state").unwrap();
        let theirs = other.post(KEYS, &[&fields[..], &[("state", state)]].concat()).await;
        assert!(other.follow(theirs).await.has_text("was not added"));
        let added = browser.submit(&form, &fields).await;
        assert!(browser.follow(added).await.has_text("Kim's phone"));
        // Whoever opens the page now is asked first.
        minutes(40);
        assert_eq!(browser.get(&format!("{KEYS}/new")).await.status, 303);
        minutes(0);
    })
    .await;
}
