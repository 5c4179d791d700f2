//! What a workspace left in the queue goes with it: payloads hold names and addresses of people.

use std::sync::Arc;

use core_jobs::{
    Relay, Worker,
    job_entity::{Column, Entity, State},
};
use core_testing::{Stage, for_each_store};
use platform::Run;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, Statement, sea_query::Expr,
};
use tokio::sync::Notify;

use super::{MakeProject, apps, leave, repeating::until};

fn named(name: &str) -> Vec<MakeProject> {
    vec![MakeProject { name: name.into() }]
}

/// States of all jobs in the queue.
async fn states(stage: &Stage) -> Vec<State> {
    let rows = Entity::find().all(stage.store.catalog()).await.unwrap();
    rows.into_iter().map(|row| row.state).collect()
}

/// Rows in the outbox that all tenants share; elsewhere it went with the tenant's file.
async fn outbox(stage: &Stage) -> i64 {
    if stage.store.backend() != DbBackend::Postgres {
        return 0;
    }
    let sql = "SELECT count(*) FROM \"shared\".\"outbox\"";
    let count = Statement::from_string(DbBackend::Postgres, sql);
    let row = stage.store.catalog().query_one_raw(count).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn a_workspace_takes_its_jobs_along_the_dead_the_leased_and_those_not_taken_in() {
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    for_each_store(
        || {
            let (begun, go) = (begun.clone(), go.clone());
            apps(|example| {
                example.job(move |job: MakeProject, _: Run| {
                    let (begun, go) = (begun.clone(), go.clone());
                    async move {
                        if job.name == "slow" {
                            begun.notify_one();
                            go.notified().await;
                        }
                        Err(anyhow::anyhow!("{} of ada@example.test", job.name).into())
                    }
                })
            })
        },
        async |stage| {
            let (acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
            leave(stage, &acme, named("dead")).await;
            leave(stage, &globex, named("stays")).await;
            stage.run_jobs().await;
            let catalog = stage.store.catalog();
            let dead = catalog.update_many::<Entity>();
            let dead = dead.col_expr(Column::State, Expr::value(State::Dead));
            dead.exec(catalog).await.unwrap();
            leave(stage, &acme, named("slow")).await;
            let relay = Relay::new(stage.store.clone(), stage.jobs.clone());
            relay.run().await.unwrap();
            let stop = Arc::new(Notify::new());
            let (store, jobs, end) = (stage.store.clone(), stage.jobs.clone(), stop.clone());
            let worker = tokio::spawn(async move {
                Worker::run(store, jobs, async move { end.notified().await }).await;
            });
            begun.notified().await;
            until(async || states(stage).await.contains(&State::Running)).await;

            stage.store.delete_tenant(&acme.tenant).await.unwrap();
            assert_eq!(states(stage).await, [State::Dead], "globex's alone is there");
            go.notify_one();
            stop.notify_one();
            worker.await.unwrap();
            assert_eq!(states(stage).await, [State::Dead], "what its worker writes is nothing");

            // Left, and not taken in before the end.
            let initech = stage.tenant("initech").await;
            leave(stage, &initech, named("never")).await;
            stage.store.delete_tenant(&initech.tenant).await.unwrap();
            assert_eq!(outbox(stage).await, 0);
            let kept = Entity::find().filter(Column::TenantId.ne(globex.tenant.id));
            assert!(kept.all(catalog).await.unwrap().is_empty());
        },
    )
    .await;
}
