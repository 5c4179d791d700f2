//! Two releases side by side over one migration: the old one serves what the new one has migrated, and
//! the new one says that it is not ready until everything is.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::Router;
use core_db::{Migration, Migrations, Script, Step, Store};
use core_testing::{Actor, Stage, StoreKind, core_stores};

use super::{
    browser::Door,
    load::{Load, assert_nothing_is_lost, count, is_good, people},
    program::{command, fleet, groundwork, run},
    site::Site,
};
use crate::world::apps;

/// The first step of what `fleet 1` brings, and the second.
const NEW: [Migration; 2] = [
    Migration { name: "m29990101_000001_a_column", step: Step::Schema(column) },
    Migration { name: "m29990101_000001_b_marks", step: Step::Schema(|_| {}) },
];

fn column(script: &mut Script) {
    script.sql("ALTER TABLE \"members\" ADD COLUMN \"later_01\" integer");
}

/// The next release, in process: this one with two more migrations.
async fn next_release(stage: &Stage) -> (Router, Store) {
    let mut tenant = migrations::ALL.tenant.to_vec();
    tenant.extend(NEW);
    let all = Migrations { tenant: Vec::leak(tenant), ..migrations::ALL };
    let store = Store::open(stage.config(), crate::world::schema_of(all)).await.unwrap();
    store.changes().poll().await.unwrap();
    let registry = crate::world::registry();
    (registry.mount(stage.config().clone(), store.clone()).0, store)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_old_release_serves_what_the_new_one_migrates_without_a_failed_request() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        eprintln!("on {kind:?}:");
        let stage = Stage::on(kind, apps()).await;
        let (old, door) = (Site::start(&stage.home), Door::default());
        door.lead_to(&old);
        let people = people(&stage, &door, 6).await;
        let (new, store) = next_release(&stage).await;
        let looking = tokio::spawn(store.changes().clone().run());
        let at_new = Actor::at(stage.config(), new);
        assert_eq!(at_new.get("/readyz").await.status, 503, "the new release waits");

        let load = Load::start(&people, 2);
        tokio::time::sleep(Duration::from_millis(500)).await;
        run(fleet(), &stage.home, &["1"]);
        assert_eq!(at_new.get("/readyz").await.status, 200, "the new release is ready");
        tokio::time::sleep(Duration::from_millis(500)).await;
        // It may have to open a connection first, which takes a while where nothing is optimised.
        let start = Instant::now();
        while old.ready() != Some(true) {
            assert!(start.elapsed() < Duration::from_secs(10), "the old release is not ready");
        }
        assert_served_by(&people[0].actor, at_new).await;
        let seen = load.end().await;
        let bad = seen.iter().filter(|one| !is_good(one)).count();
        assert_eq!(bad, 0, "{:?}", count(&seen));
        let saved = assert_nothing_is_lost(&stage, &people, &seen).await;
        eprintln!("{} answers, {saved} writes, none failed", seen.len());

        assert_the_old_one_keeps_its_hands_off(&stage).await;
        assert_eq!(old.ready(), Some(true));
        old.end();
        looking.abort();
        let _ = looking.await;
        drop(store);
        stage.close().await;
    }
}

/// The same person, at the other release.
async fn assert_served_by(person: &Actor, mut at_new: Actor) {
    let cookie = person.cookie(&person.origin, core_http::SESSION_COOKIE).unwrap();
    at_new.set_cookie(&person.origin, core_http::SESSION_COOKIE, &cookie);
    at_new.origin.clone_from(&person.origin);
    assert_eq!(at_new.get("/projects").await.status, 200);
    let made = at_new.post("/projects", &[("name", "From the new release")]).await;
    assert_eq!(made.status, 303, "{}", made.words());
    assert!(person.get(made.location()).await.has_text("From the new release"));
}

/// It migrates nothing, puts nobody aside, and makes no workspace that would lack what is new.
async fn assert_the_old_one_keeps_its_hands_off(stage: &Stage) {
    let migrated = command(groundwork(), &stage.home, &["migrate"]).output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&migrated.stdout).trim(),
        "the catalogue is ready, and no workspace is left to migrate"
    );
    let status = command(groundwork(), &stage.home, &["migrate", "--status"]).output().unwrap();
    let said = String::from_utf8_lossy(&status.stdout).into_owned();
    assert!(said.contains("0 workspaces are current, 6 ahead of this program, 0 behind"), "{said}");
    let slug = core_base::Slug::parse("too-late").unwrap();
    let refused = stage.store.create_tenant(core_db::NewTenant::new(slug, "Too late"), &()).await;
    let refused: Result<Arc<_>, _> = refused;
    let Err(core_base::Error::Unavailable(text)) = refused else { panic!("{refused:?}") };
    assert!(text.contains("try again in a minute"), "{text}");
}
