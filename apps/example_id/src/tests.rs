//! It gives tokens to nobody but the product, and each code once.

use core_testing::{Stage, StoreKind};

const BACK: &str = "http://localhost:8000/auth/example/callback";

#[tokio::test]
async fn it_sends_nobody_elsewhere_and_gives_nothing_for_what_it_did_not_say() {
    let stage = Stage::on(StoreKind::Sqlite, vec![crate::app()]).await;
    let browser = stage.visitor();
    let query = |redirect: &str, client: &str| {
        let pairs = [("client_id", client), ("redirect_uri", redirect), ("code_challenge", "x")];
        format!("/dev/id/authorize?{}", serde_urlencoded::to_string(pairs).unwrap())
    };
    assert_eq!(browser.get(&query(BACK, "groundwork")).await.status, 200);
    for (redirect, client) in [
        ("https://evil.example/auth/", "groundwork"),
        ("http://localhost:8000.evil.example/auth/", "groundwork"),
        (BACK, "somebody"),
    ] {
        let answer = browser.get(&query(redirect, client)).await;
        assert_eq!((answer.status, answer.location()), (303, "/login"), "{redirect} {client}");
    }
    let form = browser.get(&query(BACK, "groundwork")).await.form("/dev/id/authorize");
    let no = browser.submit(&form, &[("subject", "none")]).await;
    assert!(no.location().contains("error=access_denied"), "{}", no.location());
    let yes = browser.submit(&form, &[("subject", "maya")]).await;
    let code = yes.location().split("code=").nth(1).unwrap().to_owned();
    for (name, value) in [("code_verifier", "wrong"), ("code", "00")] {
        let mut sent = vec![
            ("client_id", "groundwork"),
            ("redirect_uri", BACK),
            ("code", &*code),
            ("code_verifier", "x"),
        ];
        sent.iter_mut().find(|(one, _)| *one == name).unwrap().1 = value;
        let answer = browser.post_raw("/dev/id/token", &sent).await;
        assert_eq!(answer.status, 400, "{name}: {}", answer.text);
        assert!(answer.text.contains("invalid_grant"), "{}", answer.text);
    }
    stage.close().await;
}
