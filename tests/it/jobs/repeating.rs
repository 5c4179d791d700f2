//! Schedules: once in the fleet, in the right time zone, for every open workspace.

use chrono::{DateTime, Utc};
use core_base::clock::now;
use core_jobs::{Jobs, Runner, Worker, schedule_entity};
use core_testing::for_each_store;
use platform::{Job, Run, each_tenant, once};
use sea_orm::sea_query::Expr;
use serde::{Deserialize, Serialize};

use super::{Diary, apps};

#[derive(Serialize, Deserialize)]
struct Tidy;

impl Job for Tidy {
    const NAME: &'static str = "example.tidy";
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn three_in_the_morning_is_three_in_the_morning_in_summer_too() {
    let rule = once("0 3 * * *", &Tidy).in_zone("Europe/Berlin");
    assert_eq!(rule.next(utc("2026-01-10T00:00:00Z")), Ok(utc("2026-01-10T02:00:00Z")));
    assert_eq!(rule.next(utc("2026-07-10T00:00:00Z")), Ok(utc("2026-07-10T01:00:00Z")));
    // The night in which 02:30 does not exist: the rule still fires that day, and once.
    let rule = once("30 2 * * *", &Tidy).in_zone("Europe/Berlin");
    let first = rule.next(utc("2026-03-28T22:00:00Z")).unwrap();
    assert_eq!(first.date_naive().to_string(), "2026-03-29", "{first}");
    assert!(rule.next(first).unwrap() - first > chrono::TimeDelta::hours(20));
    assert!(once("61 * * * *", &Tidy).next(now()).is_err());
    assert!(once("0 3 * * *", &Tidy).in_zone("Moon/Base").next(now()).is_err());
}

#[tokio::test]
async fn two_processes_fire_a_schedule_once_and_for_each_open_workspace() {
    let diary = Diary::default();
    for_each_store(
        || apps(|example| example),
        async |stage| {
            let before = diary.read().len();
            let (_acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
            stage.tenant("initech").await;
            stage.store.set_status(&globex.tenant, core_db::Status::Suspended).await.unwrap();
            let jobs = || {
                let diary = diary.clone();
                let tidy = move |_: Tidy, run: Run| {
                    let diary = diary.clone();
                    async move { diary.note(run.tenant.map_or("-".into(), |t| t.slug.clone())) }
                };
                // Once a year: due only when the test says so.
                let schedules = vec![each_tenant("0 0 1 1 *", &Tidy)];
                std::sync::Arc::new(Jobs::new(
                    core_mail::EmailService::new(stage.config()),
                    vec![Runner::of(tidy)],
                    vec![],
                    schedules,
                ))
            };
            let stop = tokio::sync::watch::channel(false);
            let workers: Vec<_> = (0..2)
                .map(|_| {
                    let (store, jobs, mut stop) = (stage.store.clone(), jobs(), stop.1.clone());
                    tokio::spawn(Worker::run(store, jobs, async move {
                        let _ = stop.wait_for(|stop| *stop).await;
                    }))
                })
                .collect();
            let catalog = stage.store.catalog();
            let known = jobs().schedules().len();
            until(async || catalog_count(catalog).await == known).await;
            let due = catalog.update_many::<schedule_entity::Entity>();
            // The platform's own become due with it and say nothing.
            let due = due.col_expr(schedule_entity::Column::NextAt, Expr::value(now()));
            due.exec(catalog).await.unwrap();
            until(async || diary.read().len() >= before + 2).await;
            tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
            let mut seen = diary.read().split_off(before);
            seen.sort();
            assert_eq!(seen, ["acme", "initech"]);
            stop.0.send(true).unwrap();
            for worker in workers {
                worker.await.unwrap();
            }
        },
    )
    .await;
}

async fn catalog_count(catalog: &core_db::CatalogDb) -> usize {
    catalog.find::<schedule_entity::Entity>().all(catalog).await.unwrap().len()
}

/// Waits for something that must come, up to half a minute.
pub(super) async fn until(mut there: impl AsyncFnMut() -> bool) {
    let start = std::time::Instant::now();
    while !there().await {
        assert!(start.elapsed() < std::time::Duration::from_secs(30), "it did not come");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn what_repeats_can_be_done_at_once_for_one_workspace_or_for_all() {
    let diary = Diary::default();
    let tidy = {
        let diary = diary.clone();
        move |_: Tidy, run: Run| {
            let diary = diary.clone();
            async move { diary.note(run.tenant.map_or("-".into(), |t| t.slug.clone())) }
        }
    };
    for_each_store(
        || {
            let tidy = tidy.clone();
            apps(|example| example.job(tidy).every(each_tenant("0 0 1 1 *", &Tidy)))
        },
        async |stage| {
            let before = diary.read().len();
            let (acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
            stage.store.set_status(&globex.tenant, core_db::Status::Suspended).await.unwrap();
            stage.tenant("initech").await;
            let schedule = &stage.jobs.schedules()[0];
            for (only, count) in [(Some(acme.tenant.id), 1), (Some(acme.tenant.id), 1), (None, 2)] {
                let left = core_jobs::run_now(&stage.store, schedule, only).await;
                assert_eq!(left.map_err(core_base::Error::into_anyhow).unwrap(), count);
            }
            stage.run_jobs().await;
            let mut seen = diary.read().split_off(before);
            seen.sort();
            assert_eq!(seen, ["acme", "acme", "acme", "initech"]);
        },
    )
    .await;
}
