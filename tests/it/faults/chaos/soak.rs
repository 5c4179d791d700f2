//! `make soak`: a million answers of the real program, and what its memory does meanwhile.

use std::time::Duration;

use core_testing::{Stage, StoreKind, core_stores};

use super::{
    WORKSPACES,
    crowd::{Crowd, Goal},
};
use crate::{
    faults::{browser::Door, site::Site},
    random::Random,
    world::apps,
};

const DAY: Duration = Duration::from_hours(24);
/// By how much memory may grow after the first three tenths, megabytes: each of the connections must have read
/// its fill.
const GROWTH: u64 = 20;
/// In each workspace at the start: more than the cache of a connection holds, so that those the crowd adds need
/// no room.
const PROJECTS: usize = 3000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "many minutes: make soak"]
async fn soak_a_million_answers_without_a_mismatch_and_memory_stays_flat() {
    let kinds = core_stores(&[StoreKind::Sqlite, StoreKind::Postgres, StoreKind::Pooled]);
    let all: u64 = setting("SOAK_ANSWERS").unwrap_or(1_000_000);
    let time = setting("SOAK_SECONDS").map_or(DAY, Duration::from_secs);
    for kind in &kinds {
        let goal = Goal { answers: all / kinds.len() as u64, time };
        eprintln!("on {kind:?}: {} answers, or {time:?}", goal.answers);
        soak(*kind, goal).await;
    }
}

async fn soak(kind: StoreKind, goal: Goal) {
    let stage = Stage::on(kind, apps()).await;
    let (site, door) = (Site::start(&stage.home), Door::default());
    door.lead_to(&site);
    let crowd = Crowd::gather(&stage, Some(&door), WORKSPACES).await;
    crowd.fill(&stage, PROJECTS).await;
    let began = site.memory();
    let (start, mut seen) = (std::time::Instant::now(), vec![]);
    let watch = |answers: u64| {
        let by_time = start.elapsed().as_secs_f64() / goal.time.as_secs_f64();
        let by_answers = answers as f64 / goal.answers as f64;
        if by_time.max(by_answers) * 10.0 >= seen.len() as f64 + 1.0 {
            seen.push(site.memory());
            eprintln!("{answers} answers, {} MB", site.memory());
        }
    };
    crowd.storm(&mut Random::new(), goal, watch).await;
    let ended = site.memory();
    eprintln!("memory: {began} MB at the start, {seen:?} MB at each tenth, {ended} MB at the end");
    crowd.assert_all_is_well(&stage, 1).await;
    let warm = seen.get(2).copied().unwrap_or(began);
    assert!(ended <= warm + GROWTH, "memory grew from {warm} to {ended} MB");
    drop(crowd);
    site.end();
    stage.close().await;
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}
