//! Emails on their way through a real mail server, and all that can go wrong with one.
#![expect(clippy::unwrap_used, reason = "tests")]

mod server;

use std::time::{Duration, Instant};

use core_mail::{DevelopmentMailbox, Mailer, Undelivered};
use server::{LINK, Server, certificate, config, email, mailer};
use tokio::{io::AsyncWriteExt, net::TcpListener};
use uuid::Uuid;

fn is_later(done: &Result<(), Undelivered>) -> bool {
    matches!(done, Err(Undelivered::Later(_)))
}

fn is_never(done: &Result<(), Undelivered>) -> bool {
    matches!(done, Err(Undelivered::Never(_) | Undelivered::Nobody(_)))
}

#[tokio::test]
async fn an_email_arrives_with_both_parts_and_one_recipient() {
    let Some(mut server) = Server::start(&["plain"]).await else { return };
    let mailer = mailer(&[("SMTP_URL", &format!("smtp://127.0.0.1:{}", server.port))]);
    let id = Uuid::now_v7();
    for _ in 0..2 {
        let email = email("Ada Lovelace", "ada@acme.example", "Confirm your address");
        mailer.deliver(&email, id).await.unwrap();
        let got = server.next().await;
        assert_eq!(got["recipients"], serde_json::json!(["ada@acme.example"]));
        assert_eq!(got["to"], serde_json::json!([["Ada Lovelace", "ada@acme.example"]]));
        assert_eq!(got["sender"], "hello@groundwork.example");
        assert_eq!(got["kind"], "multipart/alternative");
        assert_eq!(got["defects"], serde_json::json!([]));
        let headers = &got["headers"];
        assert_eq!(headers["subject"], "Confirm your address");
        assert_eq!(headers["from"], "\"Größe & Co.\" <hello@groundwork.example>");
        assert_eq!(headers["message-id"], format!("<{id}@groundwork.example>"));
        assert_eq!(headers["auto-submitted"], "auto-generated");
        assert!(headers["date"].as_str().unwrap().contains("20"));
        let text = got["text"].as_str().unwrap().replace("\r\n", "\n");
        assert_eq!(text.trim_end(), email.text.trim_end());
        assert!(text.contains(&format!("\n{LINK}\n")) && text.contains("\n.\n"), "{text}");
        assert!(got["html"].as_str().unwrap().contains(&LINK.replace('&', "&#38;")));
    }
}

#[tokio::test]
async fn unicode_survives_and_header_injection_does_not() {
    let Some(mut server) = Server::start(&["plain"]).await else { return };
    let mailer = mailer(&[("SMTP_URL", &format!("smtp://127.0.0.1:{}", server.port))]);
    let long = "Łódź ".repeat(2_000);
    let mut names = None;
    for (typed, arrives) in [
        ("Zoë Müller-Łukasz 🚀", "Zoë Müller-Łukasz 🚀"),
        ("שלום عليكم", "שלום عليكم"),
        ("山田 太郎", "山田 太郎"),
        ("Ada \"the Countess\" <x>, Inc.", "Ada \"the Countess\" <x>, Inc."),
        ("Ada\r\nBcc: eve@evil.example\r\n\r\nbody", "Ada Bcc: eve@evil.example body"),
        ("Ada\nX-Evil: 1\0\u{2028}x", "Ada X-Evil: 1 x"),
        ("\u{202e}adA\u{2066}", "adA"),
        (&long, ""),
    ] {
        let email = email(typed, "ada@acme.example", typed);
        mailer.deliver(&email, Uuid::new_v4()).await.unwrap();
        let got = server.next().await;
        assert_eq!(got["recipients"], serde_json::json!(["ada@acme.example"]), "{typed}");
        assert_eq!(got["to"][0][1], "ada@acme.example", "{typed}");
        assert_eq!(got["to"].as_array().unwrap().len(), 1, "{typed}");
        if !arrives.is_empty() {
            assert_eq!(got["to"][0][0], arrives);
            assert_eq!(got["headers"]["subject"], arrives);
        }
        assert_eq!(*names.get_or_insert(got["names"].clone()), got["names"], "{typed}");
        assert_eq!(got["defects"], serde_json::json!([]), "{typed}");
    }
}

#[tokio::test]
async fn refusals_and_breaks_are_told_apart() {
    let Some(mut server) = Server::start(&["plain"]).await else { return };
    let mailer = mailer(&[("SMTP_URL", &format!("smtp://127.0.0.1:{}", server.port))]);
    for (name, again) in [
        ("busy", true),
        ("full", true),
        ("drop", true),
        ("cut", true),
        ("slow", true),
        ("gone", false),
        ("spam", false),
        ("not an address", false),
        ("jörg", false),
    ] {
        let start = Instant::now();
        let email = email("Ada", &format!("{name}@acme.example"), "Hello");
        let done = mailer.deliver(&email, Uuid::new_v4()).await;
        assert!(if again { is_later(&done) } else { is_never(&done) }, "{name}: {done:?}");
        let is_nobody = matches!(done, Err(Undelivered::Nobody(_)));
        assert_eq!(is_nobody, matches!(name, "gone" | "not an address" | "jörg"), "{done:?}");
        assert!(start.elapsed() < Duration::from_secs(5), "{name} took {:?}", start.elapsed());
        assert!(!format!("{done:?}").contains(LINK), "{done:?}");
    }
    // None of them spoiled the next.
    mailer.deliver(&email("Ada", "ada@acme.example", "Hello"), Uuid::new_v4()).await.unwrap();
    assert_eq!(server.next().await["recipients"][0], "ada@acme.example");
}

#[tokio::test]
async fn a_server_that_is_down_or_says_nothing_delays_the_letter() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = format!("smtp://{}", listener.local_addr().unwrap());
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let email = email("Ada", "ada@acme.example", "Hello");
    for url in [&silent, &format!("smtp://{closed}"), "smtp://nowhere.invalid"] {
        let start = Instant::now();
        let done = mailer(&[("SMTP_URL", url)]).deliver(&email, Uuid::new_v4()).await;
        assert!(is_later(&done), "{url}: {done:?}");
        assert!(start.elapsed() < Duration::from_secs(5), "{url} took {:?}", start.elapsed());
    }
}

#[tokio::test]
async fn a_server_that_speaks_nonsense_or_turns_us_away_delays_the_letter() {
    for greeting in ["554 no service here\r\n", "HTTP/1.1 200 OK\r\n\r\n", "220", "\0\0\0\n", ""] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let talk = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(greeting.as_bytes()).await.unwrap();
        });
        let email = email("Ada", "ada@acme.example", "Hello");
        let done = mailer(&[("SMTP_URL", &url)]).deliver(&email, Uuid::new_v4()).await;
        assert!(is_later(&done), "{greeting:?}: {done:?}");
        talk.await.unwrap();
    }
}

#[tokio::test]
async fn the_password_goes_through_tls_to_the_right_server_only() {
    let (_dir, certificate, key) = certificate();
    let login = "me%40acme.example:a%2Fb%20c";
    for (mode, scheme, option) in [("tls", "smtps", ""), ("starttls", "smtp", "?tls=required")] {
        let Some(mut server) = Server::start(&[mode, &certificate, &key]).await else { return };
        let email = email("Ada", "ada@acme.example", "Hello");
        let url = format!("{scheme}://{login}@localhost:{}{option}", server.port);
        let trusted = [("SMTP_URL", url.as_str()), ("SMTP_CA_FILE", &certificate)];
        mailer(&trusted).deliver(&email, Uuid::new_v4()).await.unwrap();
        assert_eq!(server.next().await["recipients"][0], "ada@acme.example");

        // Nobody vouches for it; it is not who it should be; it does not know us.
        let wrong_host = url.replace("localhost", "127.0.0.1");
        let wrong_password = url.replace("a%2Fb", "hunter2");
        for vars in [
            &[("SMTP_URL", url.as_str())][..],
            &[("SMTP_URL", wrong_host.as_str()), ("SMTP_CA_FILE", &certificate)],
            &[("SMTP_URL", wrong_password.as_str()), ("SMTP_CA_FILE", &certificate)],
        ] {
            let done = mailer(vars).deliver(&email, Uuid::new_v4()).await;
            assert!(is_later(&done), "{mode}: {done:?}");
            let said = format!("{done:?} {}", done.clone().unwrap_err());
            assert!(!said.contains("hunter2") && !said.contains("a/b c"), "{said}");
        }
    }
}

#[tokio::test]
async fn starttls_that_is_not_offered_sends_nothing() {
    let Some(server) = Server::start(&["login"]).await else { return };
    let url = format!("smtp://me%40acme.example:a%2Fb%20c@localhost:{}?tls=required", server.port);
    let email = email("Ada", "ada@acme.example", "Hello");
    let done = mailer(&[("SMTP_URL", &url)]).deliver(&email, Uuid::new_v4()).await;
    assert!(is_later(&done), "{done:?}");
}

#[tokio::test]
async fn a_server_that_wants_to_know_who_we_are_is_no_fault_of_the_letter() {
    let Some(server) = Server::start(&["login"]).await else { return };
    let url = format!("smtp://127.0.0.1:{}", server.port);
    let email = email("Ada", "ada@acme.example", "Hello");
    let done = mailer(&[("SMTP_URL", &url)]).deliver(&email, Uuid::new_v4()).await;
    assert!(is_later(&done), "{done:?}");
}

#[tokio::test]
async fn without_a_server_letters_are_kept_once_each() {
    let dir = tempfile::tempdir().unwrap();
    let config = config(&[("DATA_DIR", dir.path().to_str().unwrap())]);
    let mailer = Mailer::new(&config).unwrap();
    let email = email("Zoë", "zoe@acme.example", "Hello");
    let id = Uuid::now_v7();
    for _ in 0..2 {
        mailer.deliver(&email, id).await.unwrap();
    }
    let kept = DevelopmentMailbox::of(&config).emails().unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].id, &kept[0].email), (id, &email));
    assert_eq!(kept[0].email.links(), [LINK]);
    assert!(kept[0].source.contains(&format!("Message-ID: <{id}@groundwork.example>")));
    assert!(format!("{email:?}").len() < 20);
}

#[test]
fn an_email_survives_the_queue() {
    let email = email("Zoë", "zoe@acme.example", "Hello");
    let payload = serde_json::to_string(&email).unwrap();
    assert!(payload.len() < 16 * 1024, "{}", payload.len());
    assert_eq!(serde_json::from_str::<core_mail::Email>(&payload).unwrap(), email);
}
