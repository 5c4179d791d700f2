//! One workspace at a hundred times the load of another: how long does the other wait? A measurement,
//! not a test, since it wants a machine that is left alone: `make check-neighbour`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use core_testing::{Stage, StoreKind, core_stores};

use super::{
    browser::Door,
    load::{Person, people},
    site::Site,
};
use crate::world::apps;

/// Pages that the quiet one asks for, a second.
const PACE: u32 = 5;
const TIME: Duration = Duration::from_secs(20);
/// Windows of the loud one, who asks again as soon as it is answered.
const LOUD: usize = 64;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement: make check-neighbour"]
async fn neighbour_at_a_hundred_times_the_load() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        let stage = Stage::on(kind, apps()).await;
        let (site, door) = (Site::start(&stage.home), Door::default());
        door.lead_to(&site);
        let people = people(&stage, &door, 2).await;
        let alone = quiet(&people[0]).await;
        let (stop, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let loud: Vec<_> = (0..LOUD)
            .map(|_| {
                let (people, stop, asked) = (people.clone(), stop.clone(), asked.clone());
                tokio::spawn(async move {
                    while !stop.load(Relaxed) {
                        people[1].actor.get("/projects").await;
                        asked.fetch_add(1, Relaxed);
                    }
                })
            })
            .collect();
        let beside = quiet(&people[0]).await;
        stop.store(true, Relaxed);
        for task in loud {
            task.await.unwrap();
        }
        let rate = asked.load(Relaxed) as f64 / TIME.as_secs_f64();
        eprintln!(
            "on {kind:?}: p50 {:.1?}, p99 {:.1?} alone; p50 {:.1?}, p99 {:.1?} beside {rate:.0} a second \
             ({:.0} x): p99 x {:.1}",
            alone.0,
            alone.1,
            beside.0,
            beside.1,
            rate / f64::from(PACE),
            beside.1.as_secs_f64() / alone.1.as_secs_f64()
        );
        site.end();
        stage.close().await;
    }
}

/// The median and the 99th of a hundred.
async fn quiet(person: &Person) -> (Duration, Duration) {
    let (start, mut took) = (Instant::now(), vec![]);
    let mut tick = tokio::time::interval(Duration::from_secs(1) / PACE);
    while start.elapsed() < TIME {
        tick.tick().await;
        let began = Instant::now();
        assert_eq!(person.actor.get("/projects").await.status, 200);
        took.push(began.elapsed());
    }
    took.sort();
    (took[took.len() / 2], took[took.len() * 99 / 100])
}
