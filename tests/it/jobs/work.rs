//! The worker itself: starts at once, serves workspaces made after it, stops, is stopped.

use std::time::Duration;

use core_jobs::{
    Worker,
    job_entity::{Entity, State},
};
use core_testing::{Stage, for_each_store};
use platform::{Job, Run};
use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};
use tokio::{sync::watch, task::JoinHandle};

use super::{Diary, MakeProject, apps, leave, make_project, projects_of, repeating::until};

/// Makes a project and then works for ever.
#[derive(Serialize, Deserialize)]
struct Dig;

impl Job for Dig {
    const NAME: &'static str = "example.dig";
}

fn example(diary: &Diary) -> Vec<platform::App> {
    let diary = diary.clone();
    apps(|example| {
        example.job(make_project).job(move |_: Dig, run: Run| {
            let diary = diary.clone();
            async move {
                make_project(MakeProject { name: "Hole".into() }, run.db()?.clone()).await?;
                run.progress("half").await?;
                diary.note("digging")?;
                std::future::pending::<()>().await;
                Ok(())
            }
        })
    })
}

fn start(stage: &Stage) -> (watch::Sender<bool>, JoinHandle<()>) {
    let (sender, mut stop) = watch::channel(false);
    let (store, jobs) = (stage.store.clone(), stage.jobs.clone());
    let worker = Worker::run(store, jobs, async move {
        let _ = stop.wait_for(|stop| *stop).await;
    });
    (sender, tokio::spawn(worker))
}

async fn only(stage: &Stage) -> core_jobs::Entry {
    Entity::find().one(stage.store.catalog()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_workspace_made_after_the_worker_has_its_jobs_done() {
    let diary = Diary::default();
    for_each_store(
        || example(&diary),
        async |stage| {
            let (stop, worker) = start(stage);
            let acme = stage.tenant("acme").await;
            for n in 0..50 {
                leave(stage, &acme, vec![MakeProject { name: format!("P{n:02}") }]).await;
            }
            until(async || projects_of(stage, &acme).await.len() == 50).await;
            stop.send(true).unwrap();
            worker.await.unwrap();
            let rows = Entity::find().all(stage.store.catalog()).await.unwrap();
            assert!(rows.iter().all(|row| row.state == State::Done && row.worker.is_none()));
        },
    )
    .await;
}

#[tokio::test]
async fn a_running_job_can_be_stopped_and_what_it_did_is_undone() {
    let diary = Diary::default();
    for_each_store(
        || example(&diary),
        async |stage| {
            let before = diary.read().len();
            let (stop, worker) = start(stage);
            let acme = stage.tenant("acme").await;
            leave(stage, &acme, vec![Dig]).await;
            until(async || diary.read().len() > before).await;
            let job = only(stage).await;
            assert_eq!((job.state, job.progress.as_str()), (State::Running, "half"));
            assert!(core_jobs::cancel(stage.store.catalog(), job.id).await.unwrap());
            until(async || only(stage).await.state == State::Cancelled).await;
            assert!(projects_of(stage, &acme).await.is_empty());
            assert!(!core_jobs::cancel(stage.store.catalog(), job.id).await.unwrap());
            stop.send(true).unwrap();
            worker.await.unwrap();
        },
    )
    .await;
}

#[tokio::test]
async fn a_job_that_waits_can_be_stopped_before_it_runs() {
    let diary = Diary::default();
    for_each_store(
        || example(&diary),
        async |stage| {
            let acme = stage.tenant("acme").await;
            leave(stage, &acme, vec![MakeProject { name: "Never".into() }]).await;
            core_jobs::Relay::new(stage.store.clone(), stage.jobs.clone()).run().await.unwrap();
            let job = only(stage).await;
            assert!(core_jobs::cancel(stage.store.catalog(), job.id).await.unwrap());
            assert_eq!(stage.run_jobs().await, 0);
            assert!(projects_of(stage, &acme).await.is_empty());
        },
    )
    .await;
}

#[tokio::test]
async fn a_worker_that_stops_lets_quick_jobs_end() {
    let diary = Diary::default();
    for_each_store(
        || example(&diary),
        async |stage| {
            let acme = stage.tenant("acme").await;
            leave(
                stage,
                &acme,
                (0..200).map(|n| MakeProject { name: format!("{n:03}") }).collect(),
            )
            .await;
            let (stop, worker) = start(stage);
            until(async || !projects_of(stage, &acme).await.is_empty()).await;
            stop.send(true).unwrap();
            tokio::time::timeout(Duration::from_secs(10), worker).await.unwrap().unwrap();
            let rows = Entity::find().all(stage.store.catalog()).await.unwrap();
            let done = rows.iter().filter(|row| row.state == State::Done).count();
            assert_eq!(projects_of(stage, &acme).await.len(), done, "done is what was done");
            assert!(rows.iter().all(|row| row.state != State::Running), "none is left leased");
            stage.run_jobs().await;
            while projects_of(stage, &acme).await.len() < 200 {
                tokio::time::sleep(Duration::from_millis(50)).await;
                stage.run_jobs().await;
            }
        },
    )
    .await;
}
