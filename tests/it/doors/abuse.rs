//! What an installation may keep away: stolen passwords, throwaway mailboxes, programs.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{Form, Json, Router, extract::State, routing::post};
use core_testing::{Stage, StoreKind};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use crate::world::apps;

const STOLEN: &str = "the kettle sings at noon";
const GOOD: &str = "nine kites above the harbour";

fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

async fn stage_with(vars: &[(&str, &str)]) -> Stage {
    Stage::with(StoreKind::Sqlite, apps(), vars).await
}

#[tokio::test]
async fn a_stolen_password_is_refused_wherever_one_is_chosen() {
    let mut lines: Vec<_> = [STOLEN, "another of them", "a third one"]
        .map(|word| format!("{}:7", hex::encode_upper(Sha1::digest(word))))
        .to_vec();
    lines.sort();
    let list = file(&lines.join("\n"));
    let stage = stage_with(&[("BREACHED_PASSWORDS_FILE", list.path().to_str().unwrap())]).await;
    let said = "in a list of passwords stolen from other sites";
    let mail = |to: &str| stage.mailbox().newest_to(to).links()[0].to_owned();

    let new = stage.visitor();
    new.post("/signup", &[("email", "kim@example.test")]).await;
    stage.run_jobs().await;
    let form = new.get(&mail("kim@example.test")).await.form("/signup/confirm");
    let refused = new.submit(&form, &[("name", "Kim"), ("password", STOLEN)]).await;
    assert!(refused.status == 422 && refused.has_text(said), "{}", refused.words());
    assert_eq!(refused.form("/signup/confirm").value("name"), Some("Kim"), "what was typed stays");
    let made = new.submit(&form, &[("name", "Kim"), ("password", GOOD)]).await;
    assert_eq!(made.status, 303, "{}", made.words());

    let form = new.get("/account").await.form("/account/password");
    let refused = new.submit(&form, &[("current", GOOD), ("password", STOLEN)]).await;
    assert!(refused.status == 422 && refused.has_text(said), "{}", refused.words());

    new.post("/forgot", &[("email", "kim@example.test")]).await;
    stage.run_jobs().await;
    let reader = stage.visitor();
    let form = reader.get(&mail("kim@example.test")).await.form("/reset");
    let refused = reader.submit(&form, &[("password", STOLEN)]).await;
    assert!(refused.status == 422 && refused.has_text(said), "{}", refused.words());

    let acme = stage.tenant("acme").await;
    let owner = stage.member(&acme, core_testing::Role::Owner).await;
    let invited = [("emails", "lee@example.test"), ("role", "viewer")];
    assert_eq!(owner.post("/settings/members/invite", &invited).await.status, 303);
    stage.run_jobs().await;
    let token = mail("lee@example.test");
    let token = token.split("token=").last().unwrap();
    let lee = stage.visitor();
    let form = lee.get(&format!("/signup/invited?token={token}")).await.form("/signup/invited");
    let refused = lee.submit(&form, &[("name", "Lee"), ("password", STOLEN)]).await;
    assert!(refused.status == 422 && refused.has_text(said), "{}", refused.words());
    // Whoever has it already gets in and changes it when they like.
    let known = accounts::user::create(stage.store.catalog(), "old@example.test", "Old", STOLEN);
    known.await.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
    let old = stage.visitor();
    let form = old.get("/login").await.form("/login");
    let fields = [("email", "old@example.test"), ("password", STOLEN)];
    assert_eq!(old.submit(&form, &fields).await.status, 303);
    stage.close().await;
}

#[tokio::test]
async fn throwaway_mailboxes_get_no_account() {
    let list = file("trash.example\n");
    let stage = stage_with(&[("DISPOSABLE_DOMAINS_FILE", list.path().to_str().unwrap())]).await;
    let said = "Use a permanent address.";
    let visitor = stage.visitor();
    for email in ["kim@trash.example", "kim@below.TRASH.example"] {
        let form = visitor.get("/signup").await.form("/signup");
        let refused = visitor.submit(&form, &[("email", email)]).await;
        assert!(refused.status == 422 && refused.has_text(said), "{}", refused.words());
        assert_eq!(refused.form("/signup").value("email"), Some(email), "what was typed stays");
    }
    let person = stage.person("Ana").await;
    let path = format!("{}/account/email", person.account_origin());
    let refused = person.post(&path, &[("email", "ana@trash.example")]).await;
    assert!(refused.status == 422 && refused.has_text(said), "{}", refused.words());
    stage.run_jobs().await;
    assert!(stage.mailbox().emails().is_empty(), "nothing is sent there");
    let sent = visitor.post("/signup", &[("email", "kim@example.test")]).await;
    assert_eq!(sent.status, 200);
    stage.close().await;
}

/// Turnstile, as its documentation says it answers: each answer is good once.
#[derive(Clone, Default)]
struct Turnstile(Arc<Mutex<HashMap<String, Value>>>);

const SECRET: &str = "1x0000000000000000000000000000000AA";

impl Turnstile {
    async fn start(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/turnstile/v0/siteverify", post(verify));
        let router = router.with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        at
    }

    /// What the widget would leave in a form.
    fn issue(&self, name: &str, hostname: &str, action: &str) -> String {
        let about = json!({
            "success": true, "error-codes": [], "challenge_ts": "2026-11-30T10:00:00Z",
            "hostname": hostname, "action": action, "cdata": "",
        });
        self.0.lock().unwrap().insert(name.to_owned(), about);
        name.to_owned()
    }
}

async fn verify(
    State(turnstile): State<Turnstile>,
    Form(fields): Form<HashMap<String, String>>,
) -> Json<Value> {
    let no = |code: &str| Json(json!({"success": false, "error-codes": [code]}));
    match (fields.get("secret").map(String::as_str), fields.get("response")) {
        (None, _) => no("missing-input-secret"),
        (Some(secret), _) if secret != SECRET => no("invalid-input-secret"),
        (_, None) => no("missing-input-response"),
        (_, Some(answer)) => match turnstile.0.lock().unwrap().remove(answer) {
            Some(about) => Json(about),
            None => no("timeout-or-duplicate"),
        },
    }
}

fn vars<'a>(at: &'a str, secret: &'a str) -> [(&'a str, &'a str); 3] {
    [("TURNSTILE_SITE_KEY", "of-the-site"), ("TURNSTILE_SECRET_KEY", secret), ("TURNSTILE_URL", at)]
}

#[tokio::test]
async fn forms_that_anybody_may_send_are_sent_by_people() {
    let turnstile = Turnstile::default();
    let at = turnstile.start().await;
    let stage = stage_with(&vars(&at, SECRET)).await;
    let visitor = stage.visitor();
    let mut sent_so_far = 0;
    let who = "We couldn't tell that you're a person";
    for (page, action, status) in [
        ("/signup", "sign_up", 200),
        ("/forgot", "forgot", 200),
        ("/login/link", "log_in_link", 303),
    ] {
        let shown = visitor.get(page).await;
        assert!(shown.text.contains("data-sitekey=\"of-the-site\""), "{page}");
        let policy = shown.header("content-security-policy").to_owned();
        let lets = format!("script-src 'self' {at};");
        assert!(policy.contains(&lets) && policy.contains(&format!("frame-src {at}")), "{policy}");
        let form = shown.form(page);
        let email = ("email", "kim@example.test");
        let other = turnstile.issue("other action", "localhost", "another");
        let elsewhere = turnstile.issue("other host", "evil.example", action);
        for wrong in ["", "forged", &other, &elsewhere, &"x".repeat(3000)] {
            let refused = visitor.submit(&form, &[email, ("captcha", wrong)]).await;
            assert!(refused.status == 422 && refused.has_text(who), "{page}: {}", refused.words());
            assert_eq!(refused.form(page).value("email"), Some("kim@example.test"));
        }
        stage.run_jobs().await;
        assert_eq!(stage.mailbox().emails().len(), sent_so_far, "{page}: nothing is sent");
        let good = turnstile.issue("good", "localhost", action);
        let sent = visitor.submit(&form, &[email, ("captcha", &good)]).await;
        assert_eq!(sent.status, status, "{page}: {}", sent.words());
        let again = visitor.submit(&form, &[email, ("captcha", &good)]).await;
        assert!(again.status == 422 && again.has_text(who), "{page}: once");
        stage.run_jobs().await;
        sent_so_far += 1;
        assert_eq!(stage.mailbox().emails().len(), sent_so_far, "{page}");
    }
    // No other page lets anything in.
    for page in ["/login", "/signup/confirm"] {
        let policy = visitor.get(page).await.header("content-security-policy").to_owned();
        assert!(!policy.contains(&at), "{page}: {policy}");
    }
    stage.close().await;
}

#[tokio::test]
async fn where_people_cannot_be_told_nothing_is_sent_and_it_says_so() {
    let turnstile = Turnstile::default();
    let at = turnstile.start().await;
    let said = "This is our fault. Try again in a minute.";
    for vars in [vars("http://127.0.0.1:9", SECRET), vars(&at, "not ours")] {
        let stage = stage_with(&vars).await;
        let visitor = stage.visitor();
        let good = turnstile.issue("good", "localhost", "sign_up");
        let form = visitor.get("/signup").await.form("/signup");
        let fields = [("email", "kim@example.test"), ("captcha", &*good)];
        let refused = visitor.submit(&form, &fields).await;
        assert!(refused.status == 422 && refused.has_text(said), "{}", refused.words());
        stage.run_jobs().await;
        assert!(stage.mailbox().emails().is_empty());
        stage.close().await;
    }
}

#[test]
fn settings_that_are_half_or_wrong_are_named_before_anything_starts() {
    let list = file("not a hash\n");
    let list = list.path().to_str().unwrap();
    for (vars, named) in [
        (vec![("TURNSTILE_SITE_KEY", "x")], "TURNSTILE_SECRET_KEY"),
        (vec![("TURNSTILE_SECRET_KEY", "x")], "TURNSTILE_SITE_KEY"),
        (
            vec![
                ("TURNSTILE_SITE_KEY", "x"),
                ("TURNSTILE_SECRET_KEY", "x"),
                ("TURNSTILE_URL", "https://a.example; script-src *"),
            ],
            "TURNSTILE_URL",
        ),
        (vec![("BREACHED_PASSWORDS_FILE", list)], "BREACHED_PASSWORDS_FILE"),
        (vec![("BREACHED_PASSWORDS_FILE", "/nowhere")], "BREACHED_PASSWORDS_FILE"),
        (vec![("DISPOSABLE_DOMAINS_FILE", list)], "DISPOSABLE_DOMAINS_FILE"),
    ] {
        let vars = vars.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut reader = core_base::config::Reader::from_vars(vars);
        drop(platform::Registry::new(apps(), &mut reader));
        let problems = reader.finish().expect_err(named).to_string();
        assert!(problems.contains(named), "{problems}");
    }
}
