//! Stripe's own libraries as clients of the sandbox: what they accept, ours may rely on.

use std::{path::Path, process::Command};

use axum::{body::Body, http::Request};
use core_base::config::{Environment, Reader};
use core_testing::Stage;
use platform::Registry;
use stripe_sandbox::Sandbox;

/// Runs a script of `tests/browser/stripe` against a sandbox that is empty.
async fn run(program: &str, script: &str) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    let sandbox = Sandbox::new(&at);
    let served = tokio::spawn(web::stripe_sandbox::serve(listener, sandbox.clone()));
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let file = tests.join("browser/stripe").join(script);
    let mut command = Command::new(program);
    command.arg(file).arg(&at);
    let done = tokio::task::spawn_blocking(move || command.output()).await.unwrap();
    let done = done.unwrap_or_else(|error| panic!("{program}: {error}"));
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{script}: {said}");
    assert_eq!(String::from_utf8_lossy(&done.stdout).trim(), "ok");
    served.abort();
    // Money is whole minor units, and no more goes back than was taken.
    for (currency, one) in stripe_sandbox::ledger(&sandbox.world()).as_object().unwrap() {
        let (taken, refunded) = (one["taken"].as_i64(), one["refunded"].as_i64());
        assert!(refunded.unwrap() <= taken.unwrap(), "{currency}: {one}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_library_for_node_finds_what_it_expects() {
    run("node", "client.mjs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_library_for_python_finds_what_it_expects() {
    let Ok(python) = std::env::var("TEST_STRIPE_PYTHON") else {
        assert!(std::env::var_os("CI").is_none(), "TEST_STRIPE_PYTHON is not set");
        eprintln!("skipped: TEST_STRIPE_PYTHON is not set (infra/ci/services.sh install, env)");
        return;
    };
    run(&python, "client.py").await;
}

#[test]
fn it_is_a_part_of_development_alone() {
    let has_it = |environment| {
        let apps = web::apps(environment);
        let registry = Registry::new(apps, &mut Reader::from_vars([])).unwrap();
        registry.routes.iter().any(|route| route.path.starts_with("/dev/stripe"))
    };
    let all = [Environment::Development, Environment::Test, Environment::Production];
    assert_eq!(all.map(has_it), [true, false, false]);
}

#[tokio::test]
async fn where_it_is_mounted_programs_have_keys_and_pages_of_others_press_no_button() {
    let stage = Stage::new(vec![stripe_sandbox::app()]).await;
    let visitor = stage.visitor();
    let ask = async |method: &str, path: &str, headers: &[(&str, &str)], body: &str| {
        let host = visitor.account_origin().trim_start_matches("http://");
        let mut request = Request::builder().method(method).uri(path).header("host", host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        visitor.send(request.body(Body::empty()).unwrap(), body).await
    };
    let key = [("authorization", "Bearer sk_test_1")];
    assert_eq!(ask("POST", "/dev/stripe/v1/customers", &[], "email=a@x.example").await.status, 401);
    let made = ask("POST", "/dev/stripe/v1/customers", &key, "email=a@x.example").await;
    assert!(made.status == 200 && made.text.contains("cus_"), "{} {}", made.status, made.text);
    let page = visitor.get("/dev/stripe").await;
    assert!(page.status == 200 && page.text.contains("Stripe sandbox"), "{}", page.text);
    assert!(!page.text.contains("/assets/"), "nothing of ours is in it");
    let press = async |headers: &[(&str, &str)]| {
        ask("POST", "/dev/stripe/clock", headers, "days=31").await.status
    };
    for other in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        assert_eq!(press(&[other]).await, 403, "{other:?}");
    }
    let own = visitor.account_origin().to_owned();
    assert_eq!(press(&[("origin", &own), ("sec-fetch-site", "same-origin")]).await, 303);
    assert!(visitor.get("/dev/stripe").await.text.contains("31 days ahead"));
    stage.close().await;
}
