//! The mailbox as people and scripts use it.

use core_testing::Stage;
use platform::mail::{Branding, Email, Line, Mailbox, Message};

fn email(stage: &Stage, address: &str) -> Email {
    Message::new("Confirm your address")
        .line(Line::new("Hi ").strong("<script>alert(1)</script>").text("!"))
        .button("Confirm", "http://localhost:8000/confirm/0123?a=1&b=2")
        .why("You get this because somebody signed up.")
        .email(&Branding::of(stage.config()), Mailbox::new("Ada", address))
}

async fn stage() -> Stage {
    Stage::new(vec![crate::app()]).await
}

#[tokio::test]
async fn an_empty_mailbox_says_so() {
    let stage = stage().await;
    let visitor = stage.visitor();
    let page = visitor.get("/dev/mail").await;
    assert_eq!(page.status, 200);
    assert!(page.has_text("No emails yet"));
    assert_eq!(visitor.get("/dev/mail.json").await.text, "[]");
    assert!(stage.mailbox().emails().is_empty());
    stage.close().await;
}

#[tokio::test]
async fn emails_are_listed_for_people_and_scripts_the_newest_first() {
    let stage = stage().await;
    stage.deliver(&email(&stage, "ada@acme.example")).await;
    let id = stage.deliver(&email(&stage, "zoe@acme.example")).await;
    let visitor = stage.visitor();
    let page = visitor.get("/dev/mail").await;
    let words = page.words();
    assert!(words.find("zoe@acme.example").unwrap() < words.find("ada@acme.example").unwrap());
    assert!(page.outline().contains(&format!("[Confirm your address](/dev/mail/{id})")));

    let json = visitor.get("/dev/mail.json").await;
    assert_eq!(json.header("content-type"), "application/json");
    let entries: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!(entries[0]["to"], "zoe@acme.example");
    assert_eq!(entries[1]["to"], "ada@acme.example");
    assert_eq!(entries[0]["subject"], "Confirm your address");
    let link = "http://localhost:8000/confirm/0123?a=1&b=2";
    assert_eq!(entries[0]["links"], serde_json::json!([link]));
    assert!(entries[0]["text"].as_str().unwrap().contains(link));
    stage.close().await;
}

#[tokio::test]
async fn an_email_is_shown_as_html_text_and_source() {
    let stage = stage().await;
    let id = stage.deliver(&email(&stage, "ada@acme.example")).await;
    let visitor = stage.visitor();
    let page = visitor.get(&format!("/dev/mail/{id}")).await;
    assert_eq!(page.status, 200);
    assert!(page.has_text("Ada ada@acme.example") && page.has_text("Auto-Submitted"));
    assert!(page.outline().contains("](http://localhost:8000/confirm/0123?a=1&b=2)"));
    assert!(!page.text.contains("<script>alert"), "{}", page.text);
    assert!(page.markup().contains(&format!("src=\"/dev/mail/{id}/html\" sandbox=\"")));
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.ends_with("; frame-src 'self'"));
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
    stage.close().await;
}

#[tokio::test]
async fn the_html_alone_is_a_stranger_to_the_site() {
    let stage = stage().await;
    let id = stage.deliver(&email(&stage, "ada@acme.example")).await;
    let html = stage.visitor().get(&format!("/dev/mail/{id}/html")).await;
    assert_eq!((html.status, html.header("content-type")), (200, "text/html; charset=utf-8"));
    assert_eq!(html.header("x-frame-options"), "SAMEORIGIN");
    let policy = html.header("content-security-policy");
    for part in ["default-src 'none'", "frame-ancestors 'self'", "form-action 'none'", "sandbox "] {
        assert!(policy.contains(part), "{part} in {policy}");
    }
    assert!(!policy.contains("script") && !policy.contains("same-origin"), "{policy}");
    assert!(html.text.contains("&#60;script&#62;"), "{}", html.text);
    stage.close().await;
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let stage = stage().await;
    let visitor = stage.visitor();
    for path in [
        "/dev/mail/00000000-0000-0000-0000-000000000000",
        "/dev/mail/00000000-0000-0000-0000-000000000000/html",
        "/dev/mail/..%2Fsecret_key",
        "/dev/mail/x",
    ] {
        assert_eq!(visitor.get(path).await.status, 404, "{path}");
    }
    stage.close().await;
}

#[tokio::test]
async fn each_stage_has_a_mailbox_of_its_own() {
    let (one, other) = (stage().await, stage().await);
    one.deliver(&email(&one, "ada@acme.example")).await;
    assert_eq!(one.mailbox().to("ada@acme.example").len(), 1);
    assert!(one.mailbox().to("zoe@acme.example").is_empty());
    assert_eq!(one.mailbox().newest_to("ada@acme.example").links().len(), 1);
    assert!(other.mailbox().emails().is_empty());
    one.close().await;
    other.close().await;
}

#[tokio::test]
async fn with_a_mail_server_the_page_says_where_emails_go() {
    let vars = [("SMTP_URL", "smtp://127.0.0.1:9")];
    let kind = core_testing::StoreKind::Sqlite;
    let stage = Stage::with(kind, vec![crate::app()], &vars).await;
    assert!(stage.visitor().get("/dev/mail").await.has_text("sent through SMTP_URL"));
    stage.close().await;
}
