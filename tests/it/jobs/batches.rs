//! A schedule for many workspaces is fired in batches, and rules that are no more are forgotten.

use std::sync::Arc;

use chrono::TimeDelta;
use core_base::{TenantId, clock::now};
use core_db::{Status, catalog::tenant};
use core_jobs::{
    Jobs, Runner, Schedule, Worker,
    job_entity::{self, State},
    schedule_entity::{self, Column, Entity},
};
use core_testing::{Stage, for_each_store};
use platform::{Job, Run, each_tenant};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::{Deserialize, Serialize};

use super::{apps, repeating::until};

/// More than two batches.
const MANY: usize = 450;

#[derive(Serialize, Deserialize)]
struct Sweep;

impl Job for Sweep {
    const NAME: &'static str = "example.sweep";
}

/// Once a year: due only when the test says so.
fn yearly() -> Schedule {
    each_tenant("0 0 1 1 *", &Sweep)
}

/// A worker that knows these schedules, until `done`.
async fn work(stage: &Stage, schedules: Vec<Schedule>, done: impl AsyncFnMut() -> bool) {
    let sweep = |_: Sweep, _: Run| async { Ok(()) };
    let jobs = Jobs::new(
        core_mail::EmailService::new(stage.config()),
        vec![Runner::of(sweep)],
        vec![],
        schedules,
    );
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = Worker::run(stage.store.clone(), Arc::new(jobs), async {
        let _ = stopped.await;
    });
    let worker = tokio::spawn(worker);
    until(done).await;
    drop(stop);
    worker.await.unwrap();
}

/// Rows of workspaces that nobody made, in the order of their ids.
async fn many(stage: &Stage, cell: i32) -> Vec<TenantId> {
    let ids: Vec<TenantId> = (0..MANY).map(|_| TenantId::new()).collect();
    let rows = ids.iter().map(|id| tenant::ActiveModel {
        id: Set(*id),
        slug: Set(format!("many-{}", id.0.simple())),
        name: Set("Many".into()),
        cell_id: Set(cell),
        status: Set(Status::Active),
        stamp: Set(stage.store.current_stamp()),
        quarantine: Set(String::new()),
        created_at: Set(now()),
        zone: Set("UTC".into()),
        erase_at: Set(None),
        two_step_from: Set(None),
        session_hours: Set(None),
        plan: Set(String::new()),
    });
    let tx = stage.store.catalog().begin().await.unwrap();
    tenant::Entity::insert_many(rows).exec_without_returning(&tx).await.unwrap();
    tx.commit().await.unwrap();
    ids
}

async fn row(stage: &Stage, key: &str) -> Option<schedule_entity::Model> {
    Entity::find_by_id(key.to_owned()).one(stage.store.catalog()).await.unwrap()
}

async fn swept(stage: &Stage) -> Vec<TenantId> {
    let jobs = job_entity::Entity::find().filter(job_entity::Column::Name.eq(Sweep::NAME));
    let jobs = jobs.filter(job_entity::Column::State.eq(State::Done));
    let jobs = jobs.all(stage.store.catalog()).await.unwrap();
    let mut ids: Vec<_> = jobs.into_iter().filter_map(|job| job.tenant_id).collect();
    ids.sort();
    ids
}

async fn change(stage: &Stage, key: &str, changes: &[(Column, sea_orm::Value)]) {
    let catalog = stage.store.catalog();
    let mut update = catalog.update_many::<Entity>().filter(Column::Name.eq(key));
    for (column, value) in changes {
        update = update.col_expr(*column, Expr::value(value.clone()));
    }
    assert_eq!(update.exec(catalog).await.unwrap().rows_affected, 1);
}

#[tokio::test]
async fn every_workspace_gets_its_job_once_also_where_a_process_died_on_the_way() {
    for_each_store(
        || apps(|example| example),
        async |stage| {
            let acme = stage.tenant("acme").await;
            let (ids, key) = (many(stage, acme.tenant.cell).await, yearly().key());
            work(stage, vec![yearly()], async || row(stage, &key).await.is_some()).await;
            let past = now();
            change(stage, &key, &[(Column::NextAt, past.into())]).await;
            work(stage, vec![yearly()], async || swept(stage).await.len() > MANY).await;
            let mut all = ids.clone();
            all.push(acme.tenant.id);
            all.sort();
            assert_eq!(swept(stage).await, all, "each once");
            let after = row(stage, &key).await.unwrap();
            assert!(after.next_at > now() && after.firing_at.is_none(), "{after:?}");

            // The next time a process died behind the 300th; another goes on from there.
            let catalog = stage.store.catalog();
            catalog.delete_many::<job_entity::Entity>().exec(catalog).await.unwrap();
            let next = now();
            let half = |at: chrono::DateTime<chrono::Utc>| -> [(Column, sea_orm::Value); 3] {
                [
                    (Column::NextAt, at.into()),
                    (Column::FiringAt, next.into()),
                    (Column::FiredTo, all[299].into()),
                ]
            };
            change(stage, &key, &half(next)).await;
            work(stage, vec![yearly()], async || swept(stage).await.len() >= MANY - 299).await;
            assert_eq!(swept(stage).await, all[300..]);

            // How far an hour got that is over by now says nothing about this one.
            catalog.delete_many::<job_entity::Entity>().exec(catalog).await.unwrap();
            change(stage, &key, &half(now())).await;
            work(stage, vec![yearly()], async || swept(stage).await.len() > MANY).await;
            assert_eq!(swept(stage).await, all);
        },
    )
    .await;
}

#[tokio::test]
async fn a_rule_that_was_changed_is_forgotten_and_does_not_fire_when_it_is_put_back() {
    for_each_store(
        || apps(|example| example),
        async |stage| {
            stage.tenant("acme").await;
            let (old, new) = (yearly(), each_tenant("0 0 2 1 *", &Sweep));
            let key = old.key();
            work(stage, vec![old.clone()], async || row(stage, &key).await.is_some()).await;
            // A process of the release before may still be there: its rule stays for a while.
            change(stage, &key, &[(Column::NextAt, (now() - TimeDelta::minutes(1)).into())]).await;
            let there = async || row(stage, &new.key()).await.is_some();
            work(stage, vec![new.clone()], there).await;
            assert!(row(stage, &key).await.is_some());
            change(stage, &key, &[(Column::NextAt, (now() - TimeDelta::hours(2)).into())]).await;
            work(stage, vec![new.clone()], async || row(stage, &key).await.is_none()).await;
            work(stage, vec![old.clone()], async || row(stage, &key).await.is_some()).await;
            tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
            assert!(row(stage, &key).await.unwrap().next_at > now());
            assert!(swept(stage).await.is_empty());
        },
    )
    .await;
}
