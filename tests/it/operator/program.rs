//! The real program: `/metrics` is on its own listener and nowhere else, and the log is JSON.

use std::net::SocketAddr;

use core_testing::{Home, StoreKind, core_stores};
use serde_json::Value;

use super::{
    running::{Running, free},
    scrape::{Scrape, get},
};
use crate::faults::program::{command, groundwork, run};

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("no {name} in {head}"))
}

/// `groundwork tenant list | head -1`: whoever reads closes the pipe and goes.
#[tokio::test]
async fn a_reader_who_leaves_is_an_ordinary_end_of_every_command_that_prints() {
    let home = Home::new(StoreKind::Sqlite, &[]).await.unwrap();
    run(groundwork(), &home, &["seed", "--tenants=2", "--projects=0", "--members=1"]);
    for args in [
        &["tenant", "list"][..],
        &["tenant", "list", "--json"],
        &["routes"],
        &["routes", "--json"],
        &["jobs", "list"],
        &["jobs", "list", "--json"],
        &["cell", "list"],
        &["migrate", "--status"],
        &["migrate"],
        &["check"],
        &["check", "--json"],
        &["--help"],
    ] {
        let mut child = command(groundwork(), &home, args).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && !said.contains("panicked"), "{args:?}: {said}");
    }
    home.close().await.unwrap();
}

/// A disk that is full must not look like a success to a script.
#[tokio::test]
async fn what_could_not_be_printed_is_a_failure() {
    let home = Home::new(StoreKind::Sqlite, &[]).await.unwrap();
    run(groundwork(), &home, &["seed", "--tenants=2", "--projects=0", "--members=1"]);
    for args in [&["tenant", "list"][..], &["routes", "--json"], &["migrate", "--status"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = command(groundwork(), &home, args).stdout(full).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{args:?}: {said}");
        assert_eq!(said.matches("writing to the standard output").count(), 1, "{args:?}: {said}");
    }
    home.close().await.unwrap();
}

#[tokio::test]
async fn a_log_that_nobody_reads_any_more_stops_nothing() {
    let (site, metrics) = (free(), free());
    let home = home(StoreKind::Sqlite, site, metrics).await;
    run(groundwork(), &home, &["migrate"]);
    let mut serve = command(groundwork(), &home, &["serve"]).spawn().unwrap();
    let account = format!("localhost:{}", site.port());
    let start = std::time::Instant::now();
    while !get(site, &account, "/readyz").is_ok_and(|(head, _)| head.contains(" 200 ")) {
        assert!(start.elapsed().as_secs() < 30, "the site does not get ready");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    drop((serve.stdout.take(), serve.stderr.take()));
    for number in 0..40 {
        let answer = get(site, &account, "/login").map(|(head, _)| head);
        assert!(answer.as_ref().is_ok_and(|head| head.contains(" 200 ")), "{number}: {answer:?}");
    }
    serve.kill().unwrap();
    serve.wait().unwrap();
    home.close().await.unwrap();
}

async fn home(kind: StoreKind, site: SocketAddr, metrics: SocketAddr) -> Home {
    let (listen, metrics) = (site.to_string(), metrics.to_string());
    let base = format!("http://localhost:{}", site.port());
    let vars = [
        ("LISTEN", listen.as_str()),
        ("METRICS_LISTEN", &metrics),
        ("BASE_URL", &base),
        ("LOG_FORMAT", "json"),
    ];
    Home::new(kind, &vars).await.unwrap()
}

#[tokio::test]
async fn metrics_are_on_their_own_listener_and_nowhere_else_and_each_request_is_a_line_of_json() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        let (site, metrics, workers) = (free(), free(), free());
        let home = home(kind, site, metrics).await;
        run(groundwork(), &home, &["seed", "--tenants=1", "--projects=1", "--members=1"]);
        let mut serve = Running::start(command(groundwork(), &home, &["serve", "--no-worker"]));
        serve.wait_for(site, "/readyz");
        run(groundwork(), &home, &["health"]);

        let (account, workspace) = (format!("localhost:{}", site.port()), "t0001.localhost");
        for host in [&*account, workspace, "elsewhere.example", "prometheus"] {
            let (head, _) = get(site, host, "/metrics").unwrap();
            assert!(head.starts_with("HTTP/1.1 404"), "{host}: {head}");
        }
        let (head, _) = get(site, workspace, "/projects?word=hidden").unwrap();
        assert!(head.starts_with("HTTP/1.1 303"), "{head}");
        let line = serve.line("request", header(&head, "x-request-id"));
        let listed = command(groundwork(), &home, &["tenant", "list", "--json"]).output().unwrap();
        let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
        assert_eq!(line["tenant"], listed[0]["id"], "{line} {listed}");
        assert_eq!((&line["status"], &line["path"]), (&303.into(), &"/projects".into()));
        assert!(!line.to_string().contains("hidden"), "{line}");

        let scrape = Scrape::of(metrics);
        let counted = r#"site="workspace",route="/projects",method="GET",status="3xx""#;
        let series = format!("groundwork_http_request_duration_seconds_count{{{counted}}}");
        assert_eq!(scrape.number(&series), Some(1.0), "{}", scrape.0);
        assert!(get(metrics, "x", "/projects").unwrap().0.starts_with("HTTP/1.1 404"));

        let mut work = command(groundwork(), &home, &["worker"]);
        work.env("METRICS_LISTEN", workers.to_string());
        let mut worker = Running::start(work);
        worker.wait_for(workers, "/healthz");
        let scrape = Scrape::of(workers);
        assert_eq!(scrape.number("groundwork_store_up"), Some(1.0));
        assert!(!scrape.names().iter().any(|name| name.starts_with("groundwork_http_")));
        drop((serve, worker));
        home.close().await.unwrap();
    }
}
