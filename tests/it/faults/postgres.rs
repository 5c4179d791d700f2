//! PostgreSQL is restarted, killed, and throws its clients out, under load: the site says so meanwhile,
//! heals by itself within five seconds, and loses nothing.

use std::time::{Duration, Instant};

use core_testing::{Stage, StoreKind, core_stores};

use super::{
    browser::Door,
    load::{Load, Seen, assert_nothing_is_lost, count, is_good, people},
    own_server::OwnServer,
    site::Site,
};
use crate::world::apps;

/// It must work again so soon after the server does.
const HEALED: Duration = Duration::from_secs(5);
const DOWN: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_site_outlives_restarts_and_kills_of_postgresql_and_loses_nothing() {
    if core_stores(&[StoreKind::Postgres]).is_empty() {
        return;
    }
    let Some(server) = OwnServer::start() else { return };
    // No database of the shared server, but this one.
    let vars = [("DATABASE_URL", &*server.url())];
    let stage = Stage::with(StoreKind::Sqlite, apps(), &vars).await;
    let (site, door) = (Site::start(&stage.home), Door::default());
    door.lead_to(&site);
    let load = Load::start(&people(&stage, &door, 4).await, 2);
    let mut marks = vec![];

    tokio::time::sleep(Duration::from_secs(1)).await;
    server.terminate_backends().await;
    marks.push(("its backends were terminated", Instant::now(), Instant::now()));
    assert_heals(&site, "its backends were terminated").await;

    for name in ["it was restarted", "it was killed"] {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let fault = Instant::now();
        if name == "it was killed" {
            server.kill();
        } else {
            server.down();
        }
        tokio::time::sleep(DOWN / 2).await;
        assert_eq!(site.ready(), Some(false), "{name}, and the site says that it is ready");
        tokio::time::sleep(DOWN / 2).await;
        server.up();
        marks.push((name, fault, Instant::now()));
        assert_heals(&site, name).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let people = load.people();
    let seen = load.end().await;
    for (at, (name, fault, back)) in marks.iter().enumerate() {
        let next = marks.get(at + 1).map_or_else(Instant::now, |(_, fault, _)| *fault);
        let seen: Vec<_> = seen.iter().filter(|one| one.at >= *fault && one.at < next).collect();
        assert_worked_again(&seen, name, *back);
    }
    let saved = assert_nothing_is_lost(&stage, &people, &seen).await;
    let counted = count(&seen);
    eprintln!(
        "answers: {counted:?}; {saved} projects were said to be saved, and all of them are there"
    );
    let known = counted.keys().all(|status| matches!(status, 200 | 303 | 503));
    assert!(known, "some answers were neither good nor a page that says what to do: {counted:?}");
    site.end();
    stage.close().await;
}

async fn assert_heals(site: &Site, what: &str) {
    let start = Instant::now();
    while site.ready() != Some(true) {
        assert!(start.elapsed() < HEALED, "{what}: not ready after {:?}", start.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    eprintln!("{what}: ready {:.0?} after the server was", start.elapsed());
}

/// After the last bad answer that came of it, all are good.
fn assert_worked_again(seen: &[&Seen], what: &str, back: Instant) {
    let last = seen.iter().filter(|one| !is_good(one)).map(|one| one.at).max();
    let healed = last.map_or(Duration::ZERO, |at| at.saturating_duration_since(back));
    eprintln!("{what}: the last bad answer came {healed:.0?} after the server was back");
    assert!(healed < HEALED, "{what}: bad answers until {healed:?} after the server was back");
    assert!(seen.iter().any(|one| one.at > back && is_good(one)), "{what}: no good answer since");
}
