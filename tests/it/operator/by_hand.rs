//! What is started by hand: a job that repeats, and a site that ends with whoever started it.

use std::process::{Output, Stdio};

use core_testing::{Home, StoreKind, core_stores};
use serde_json::Value;

use super::running::{Running, free};
use crate::faults::program::{command, groundwork, run};

/// What `groundwork` printed and complained of.
fn said(home: &Home, args: &[&str]) -> (Output, String) {
    let output = command(groundwork(), home, args).output().unwrap();
    let text = [&*output.stdout, &output.stderr].concat();
    (output, String::from_utf8(text).unwrap())
}

#[tokio::test]
async fn a_job_that_repeats_is_left_for_a_worker_by_hand_and_a_wrong_word_names_the_right_ones() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        let home = Home::new(kind, &[]).await.unwrap();
        run(groundwork(), &home, &["seed", "--tenants=1", "--projects=1", "--members=1"]);
        let refused = [
            (&["jobs", "run", "tenants.nothing"][..], "tenants.erase_due"),
            (&["jobs", "run", "tenants.erase_due", "--tenant=t0001"], "leave --tenant away"),
            (&["jobs", "run", "tenants.erase_due", "--tenant=nobody"], "no open workspace nobody"),
        ];
        for (args, why) in refused {
            let (output, text) = said(&home, args);
            assert!(!output.status.success() && text.contains(why), "{args:?}: {text}");
        }
        let waiting = |name: &str| {
            let (output, text) = said(&home, &["jobs", "list", "--state=ready", "--json"]);
            assert!(output.status.success(), "{text}");
            let jobs: Value = serde_json::from_slice(&output.stdout).unwrap();
            jobs.as_array().unwrap().iter().filter(|job| job["name"] == name).count()
        };
        assert_eq!(waiting("tenants.erase_due"), 0, "refused words leave nothing");
        let (output, text) = said(&home, &["jobs", "run", "tenants.erase_due"]);
        assert!(output.status.success() && text.contains("1 job was left"), "{text}");
        assert_eq!(waiting("tenants.erase_due"), 1);
        home.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_site_that_is_told_so_ends_when_whoever_started_it_is_gone() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        let site = free();
        let home = Home::new(kind, &[("LISTEN", &site.to_string())]).await.unwrap();
        let mut serve = command(groundwork(), &home, &["serve", "--until-eof"]);
        serve.stdin(Stdio::piped());
        let mut serve = Running::start(serve);
        serve.wait_for(site, "/readyz");
        // What the system does with the pipes of a process that is killed.
        drop(serve.child.stdin.take());
        assert!(serve.wait_for_end().success());
        home.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_second_site_on_one_embedded_store_says_that_it_is_not_alone() {
    let home = Home::new(StoreKind::Sqlite, &[]).await.unwrap();
    let start = |site: std::net::SocketAddr| {
        let mut serve = command(groundwork(), &home, &["serve"]);
        let vars = [("LISTEN", site.to_string()), ("LOG_FORMAT", "json".to_owned())];
        let mut serve = Running::start({
            serve.envs(vars);
            serve
        });
        serve.wait_for(site, "/readyz");
        serve
    };
    let warned = |serve: &Running| serve.said("another `serve` works on");
    let (first, second) = (start(free()), start(free()));
    assert!(!warned(&first) && warned(&second));
    drop((first, second));
    // A place is free again as soon as its process is gone, however it went.
    assert!(!warned(&start(free())));
    home.close().await.unwrap();
}
