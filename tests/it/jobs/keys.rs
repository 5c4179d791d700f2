//! Of jobs with one key one waits, whatever became of the last attempt.

use core_jobs::{
    Later as _,
    job_entity::{Column, Entity, State},
};
use core_testing::{Stage, for_each_store};
use platform::{Job, Run};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::{Deserialize, Serialize};

use super::{apps, failing::wait, leave};

#[derive(Serialize, Deserialize)]
struct Once {
    how: String,
}

impl Job for Once {
    const NAME: &'static str = "example.once";
    const ATTEMPTS: u32 = 2;
    fn key(&self) -> Option<String> {
        Some("example.once".into())
    }
}

/// Fails at first; or leaves another of its kind before it does.
async fn fail(job: Once, run: Run) -> platform::Result<()> {
    match job.how.as_str() {
        "work" => return Ok(()),
        "double" => {
            let tx = run.store.catalog().begin().await?;
            let tenant = run.tenant.as_ref().unwrap().id;
            Once { how: "work".into() }.later_for(&tx, tenant).await?;
            tx.commit().await?;
        }
        _ => {}
    }
    Err(anyhow::anyhow!("out of order").into())
}

fn once(how: &str) -> Vec<Once> {
    vec![Once { how: how.into() }]
}

/// How each job is and what it failed by, the oldest first.
async fn jobs(stage: &Stage) -> Vec<(State, String)> {
    let mut rows = Entity::find().all(stage.store.catalog()).await.unwrap();
    rows.sort_by_key(|row| row.id);
    rows.into_iter().map(|row| (row.state, row.error)).collect()
}

async fn relay(stage: &Stage) {
    core_jobs::Relay::new(stage.store.clone(), stage.jobs.clone()).run().await.unwrap();
}

#[tokio::test]
async fn a_job_that_failed_keeps_its_key_while_it_waits() {
    for_each_store(
        || apps(|example| example.job(fail)),
        async |stage| {
            let acme = stage.tenant("acme").await;
            leave(stage, &acme, once("fail")).await;
            stage.run_jobs().await;
            leave(stage, &acme, once("fail")).await;
            relay(stage).await;
            assert_eq!(jobs(stage).await, [(State::Waiting, "out of order".into())]);
            wait(stage).await;
            stage.run_jobs().await;
            assert_eq!(jobs(stage).await, [(State::Dead, "out of order".into())]);
            // A dead one keeps nobody out; brought back, it makes room for the one that waits.
            leave(stage, &acme, once("fail")).await;
            relay(stage).await;
            let catalog = stage.store.catalog();
            let dead = Entity::find().filter(Column::State.eq(State::Dead)).one(catalog).await;
            let dead = dead.unwrap().unwrap().id;
            assert!(core_jobs::retry(catalog, dead).await.unwrap());
            let now = jobs(stage).await;
            assert_eq!(now[0], (State::Cancelled, "another with its key waits".into()));
            assert_eq!((now[1].0, now.len()), (State::Ready, 2));
        },
    )
    .await;
}

#[tokio::test]
async fn a_job_that_failed_while_another_with_its_key_came_makes_room_for_it() {
    for_each_store(
        || apps(|example| example.job(fail)),
        async |stage| {
            let acme = stage.tenant("acme").await;
            leave(stage, &acme, once("double")).await;
            assert_eq!(stage.run_jobs().await, 2);
            let now = jobs(stage).await;
            assert_eq!(now[0], (State::Cancelled, "another with its key waits".into()));
            assert_eq!((now[1].0, now.len()), (State::Done, 2));
        },
    )
    .await;
}

#[tokio::test]
async fn jobs_of_a_shut_or_quarantined_workspace_do_not_pile_up() {
    for_each_store(
        || apps(|example| example.job(fail)),
        async |stage| {
            let acme = stage.tenant("acme").await;
            let catalog = stage.store.catalog();
            for (status, quarantine, word) in
                [("suspended", "", "shut"), ("active", "no such table", "quarantined")]
            {
                leave(stage, &acme, once("work")).await;
                relay(stage).await;
                use core_db::catalog::tenant;
                let change = catalog.update_many::<tenant::Entity>();
                let change = change.col_expr(tenant::Column::Status, Expr::value(status));
                let change = change.col_expr(tenant::Column::Quarantine, Expr::value(quarantine));
                change.exec(catalog).await.unwrap();
                stage.store.changes().notify("tenant", "*");
                for _ in 0..3 {
                    wait(stage).await;
                    assert_eq!(stage.run_jobs().await, 1);
                    // As a schedule that fires meanwhile would.
                    let tx = catalog.begin().await.unwrap();
                    let more = Once { how: "work".into() };
                    more.later_for(&tx, acme.tenant.id).await.unwrap();
                    tx.commit().await.unwrap();
                    assert_eq!(jobs(stage).await, [(State::Waiting, word.into())]);
                }
            }
        },
    )
    .await;
}
