//! Order: priorities, turns of tenants, keys, delays.

use core_testing::for_each_store;
use platform::{Job, Later, Priority, Run, clock};
use serde::{Deserialize, Serialize};

use super::{Diary, apps, failing::wait, leave};

#[derive(Serialize, Deserialize)]
struct Say {
    word: String,
}

impl Job for Say {
    const NAME: &'static str = "example.say";
}

#[derive(Serialize, Deserialize)]
struct Shout {
    word: String,
}

impl Job for Shout {
    const NAME: &'static str = "example.shout";
    const PRIORITY: Priority = Priority::High;
    fn key(&self) -> Option<String> {
        Some(format!("example.shout {}", self.word))
    }
}

fn say(word: impl Into<String>) -> Say {
    Say { word: word.into() }
}

fn noted(diary: &Diary) -> Vec<platform::App> {
    let (say, shout) = (diary.clone(), diary.clone());
    apps(|example| {
        example
            .job(move |job: Say, _: Run| {
                let diary = say.clone();
                async move { diary.note(job.word) }
            })
            .job(move |job: Shout, _: Run| {
                let diary = shout.clone();
                async move { diary.note(job.word) }
            })
    })
}

#[tokio::test]
async fn one_workspace_s_thousand_jobs_do_not_hold_up_another_s_one() {
    let diary = Diary::default();
    for_each_store(
        || noted(&diary),
        async |stage| {
            let before = diary.read().len();
            let (acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
            leave(stage, &acme, (0..1000).map(|n| say(format!("acme {n}"))).collect()).await;
            core_jobs::Relay::new(stage.store.clone(), stage.jobs.clone()).run().await.unwrap();
            leave(stage, &globex, vec![say("globex"), say("globex")]).await;
            assert_eq!(stage.run_jobs().await, 1002);
            let words = diary.read().split_off(before);
            let at: Vec<_> = (0..words.len()).filter(|at| words[*at] == "globex").collect();
            assert!(at[1] < 6, "globex had to wait until {at:?}");
            let acme: Vec<_> = words.iter().filter(|word| word.starts_with("acme")).collect();
            let sorted: Vec<_> = (0..1000).map(|n| format!("acme {n}")).collect();
            assert_eq!(acme, sorted.iter().collect::<Vec<_>>(), "in the order they were left");
        },
    )
    .await;
}

#[tokio::test]
async fn a_higher_priority_goes_first_and_a_key_waits_only_once() {
    let diary = Diary::default();
    for_each_store(
        || noted(&diary),
        async |stage| {
            let before = diary.read().len();
            let (acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
            leave(stage, &acme, vec![say("a"), say("b")]).await;
            let shout = || Shout { word: "fire".into() };
            leave(stage, &acme, vec![shout(), shout()]).await;
            // The same words of another workspace are another key.
            leave(stage, &globex, vec![shout()]).await;
            assert_eq!(stage.run_jobs().await, 4);
            assert_eq!(diary.read().split_off(before), ["fire", "fire", "a", "b"]);
            leave(stage, &acme, vec![shout()]).await;
            assert_eq!(stage.run_jobs().await, 1, "the key is free again");
        },
    )
    .await;
}

#[tokio::test]
async fn a_delayed_job_waits_until_it_is_due() {
    let diary = Diary::default();
    for_each_store(
        || noted(&diary),
        async |stage| {
            let before = diary.read().len();
            let acme = stage.tenant("acme").await;
            let due = clock::now() + chrono::TimeDelta::hours(1);
            stage.write_in(&acme, |db| async move { say("later").at(&db, due).await }).await;
            assert_eq!(stage.run_jobs().await, 0);
            wait(stage).await;
            assert_eq!(stage.run_jobs().await, 1);
            assert_eq!(diary.read().split_off(before), ["later"]);
        },
    )
    .await;
}

#[tokio::test]
async fn the_platform_s_jobs_and_workspaces_come_due_together() {
    let diary = Diary::default();
    for_each_store(
        || noted(&diary),
        async |stage| {
            let before = diary.read().len();
            let due = clock::now() + chrono::TimeDelta::hours(1);
            for name in ["acme", "globex"] {
                let workspace = stage.tenant(name).await;
                stage.write_in(&workspace, |db| async move { say(name).at(&db, due).await }).await;
            }
            let tx = stage.store.catalog().begin().await.unwrap();
            let left = say("platform").at(&tx, due).await;
            left.map_err(core_base::Error::into_anyhow).unwrap();
            tx.commit().await.unwrap();
            assert_eq!(stage.run_jobs().await, 0);
            wait(stage).await;
            assert_eq!(stage.run_jobs().await, 3);
            let mut words = diary.read().split_off(before);
            words.sort();
            assert_eq!(words, ["acme", "globex", "platform"]);
        },
    )
    .await;
}
