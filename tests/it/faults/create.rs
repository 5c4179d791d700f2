//! `kill -9` of `tenant create`.

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
async fn twenty_kills_while_workspaces_are_made_leave_nothing_half() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        eprintln!("on {kind:?}:");
        let home = Home::new(kind, &[]).await.unwrap();
        core_db::prepare(&home.config, &migrations::ALL).await.unwrap();
        add_owner(&home).await;
        let mut random = Random::new();
        run(groundwork(), &home, &arguments("warm-up"));
        let usual = run(groundwork(), &home, &arguments("measured"));
        let (mut kills, mut made) = (0, 2);
        // Short of the end, so that most kills come in time; again until twenty did.
        while kills < RUNS {
            let slug = format!("killed-{kills}");
            let wait = random.while_below(usual);
            let was_at_work = kill_after(groundwork(), &home, &arguments(&slug), wait);
            kills += 1;
            wait_for_the_dead(&home).await;
            start_once(&home);
            wait_for_the_dead(&home).await;
            let when = format!("{slug}, killed after {wait:?} of {usual:?}");
            let there = assert_all_agrees(&home, &when).await;
            made += usize::from(there.contains(&slug));
            assert_eq!(there.len(), made, "{when}");
            assert!(was_at_work || there.contains(&slug), "{when}: it ended and made nothing");
            // What was undone can be done again, at the same address.
            if !there.contains(&slug) {
                run(groundwork(), &home, &arguments(&slug));
                made += 1;
            }
        }
        wait_for_the_dead(&home).await;
        assert_eq!(assert_all_agrees(&home, "at the end").await.len(), RUNS + 2);
        home.close().await.unwrap();
    }
}

fn arguments(slug: &str) -> [&str; 7] {
    ["tenant", "create", slug, "--name", "Killed", "--owner", "ada@example.test"]
}

async fn add_owner(home: &Home) {
    let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
    accounts::user::insert(store.catalog(), "ada@example.test", "Ada", "").await.unwrap();
}
