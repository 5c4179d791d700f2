//! `kill -9` of `tenant delete`.

use core_db::Store;
use core_testing::{Home, StoreKind, core_stores};

use super::{
    agreement::assert_all_agrees,
    program::{groundwork, kill_after, run, wait_for_the_dead},
    site::start_once,
};
use crate::random::Random;

const RUNS: usize = 20;

#[tokio::test]
async fn twenty_kills_while_workspaces_are_erased_leave_nothing_half() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        eprintln!("on {kind:?}:");
        let home = Home::new(kind, &[]).await.unwrap();
        core_db::prepare(&home.config, &migrations::ALL).await.unwrap();
        let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
        accounts::user::insert(store.catalog(), "ada@example.test", "Ada", "").await.unwrap();
        drop(store);
        let mut random = Random::new();
        let slugs: Vec<_> = (0..RUNS).map(|number| format!("erased-{number}")).collect();
        for slug in slugs.iter().map(String::as_str).chain(["warm-up", "measured", "stays"]) {
            let owner = "ada@example.test";
            run(groundwork(), &home, &["tenant", "create", slug, "--name", "X", "--owner", owner]);
        }
        run(groundwork(), &home, &delete("warm-up"));
        let usual = run(groundwork(), &home, &delete("measured"));
        let mut left = RUNS + 1;
        for slug in &slugs {
            let wait = random.while_below(usual);
            kill_after(groundwork(), &home, &delete(slug), wait);
            wait_for_the_dead(&home).await;
            start_once(&home);
            wait_for_the_dead(&home).await;
            let when = format!("{slug}, killed after {wait:?} of {usual:?}");
            let there = assert_all_agrees(&home, &when).await;
            // Whole it can be erased again; begun it was finished.
            if there.contains(slug) {
                run(groundwork(), &home, &delete(slug));
            }
            left -= 1;
            assert_eq!(assert_all_agrees(&home, &when).await.len(), left, "{when}");
        }
        wait_for_the_dead(&home).await;
        let there = assert_all_agrees(&home, "at the end").await;
        assert_eq!(there.into_iter().collect::<Vec<_>>(), ["stays"]);
        home.close().await.unwrap();
    }
}

fn delete(slug: &str) -> [&str; 5] {
    ["tenant", "delete", slug, "--confirm", slug]
}
