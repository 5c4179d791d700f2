//! Stripe's own libraries as clients of the sandbox: what they accept, ours may rely on.

use std::{path::Path, process::Command};

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
