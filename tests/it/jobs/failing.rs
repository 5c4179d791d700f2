//! Jobs that fail: tried again, given up, brought back, thrown away.

use core_jobs::job_entity::{Column, Entity, State};
use core_testing::{Stage, for_each_store};
use platform::{Job, Run, TenantDb, give_up};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::{Deserialize, Serialize};

use super::{MakeProject, apps, leave, make_project, projects_of};

/// Makes a project and then fails, for good or for now.
#[derive(Serialize, Deserialize)]
struct Fail {
    how: String,
}

impl Job for Fail {
    const NAME: &'static str = "example.fail";
    const ATTEMPTS: u32 = 3;
}

async fn fail(job: Fail, run: Run) -> platform::Result<()> {
    make_project(MakeProject { name: job.how.clone() }, run.db()?.clone()).await?;
    match job.how.as_str() {
        "final" => Err(give_up("never again")),
        "panic" => panic!("on purpose"),
        "twice" if run.attempt > 2 => Ok(()),
        _ => Err(anyhow::anyhow!("out of order: attempt {}", run.attempt).into()),
    }
}

/// As if the time until the next attempt were over.
pub(super) async fn wait(stage: &Stage) {
    let catalog = stage.store.catalog();
    let update = catalog.update_many::<Entity>().filter(Column::State.eq(State::Waiting));
    let now = core_base::clock::now();
    update.col_expr(Column::DueAt, Expr::value(now)).exec(catalog).await.unwrap();
}

async fn only(stage: &Stage) -> core_jobs::Entry {
    let catalog = stage.store.catalog();
    let mut rows = Entity::find().all(catalog).await.unwrap();
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

#[tokio::test]
async fn a_failing_job_is_tried_again_later_undone_each_time_and_dead_in_the_end() {
    for_each_store(
        || apps(|example| example.job(fail)),
        async |stage| {
            let acme = stage.tenant("acme").await;
            for how in ["always", "panic"] {
                leave(stage, &acme, vec![Fail { how: how.into() }]).await;
                for attempt in 1..=3 {
                    assert_eq!(stage.run_jobs().await, 1, "{how} {attempt}");
                    let job = only(stage).await;
                    assert_eq!(job.attempts, attempt);
                    let state = if attempt == 3 { State::Dead } else { State::Waiting };
                    assert_eq!(job.state, state, "{how}: {}", job.error);
                    let wait_for = (job.due_at - core_base::clock::now()).num_milliseconds();
                    let range = [0..=0, 3_000..=6_300, 7_000..=12_600, -5_000..=0]
                        [attempt as usize]
                        .clone();
                    assert!(range.contains(&wait_for), "{how} {attempt}: {wait_for} ms");
                    wait(stage).await;
                }
                assert_eq!(stage.run_jobs().await, 0);
                let job = only(stage).await;
                let why = if how == "panic" { "it panicked" } else { "out of order: attempt 3" };
                assert_eq!(job.error, why);
                assert!(core_jobs::discard(stage.store.catalog(), job.id).await.unwrap());
                assert!(!core_jobs::discard(stage.store.catalog(), job.id).await.unwrap());
            }
            assert!(projects_of(stage, &acme).await.is_empty(), "every attempt was undone");
        },
    )
    .await;
}

#[tokio::test]
async fn a_job_that_gives_up_is_dead_at_once_and_can_be_brought_back() {
    for_each_store(
        || apps(|example| example.job(fail)),
        async |stage| {
            let acme = stage.tenant("acme").await;
            leave(stage, &acme, vec![Fail { how: "final".into() }]).await;
            stage.run_jobs().await;
            let job = only(stage).await;
            assert_eq!((job.state, job.error.as_str()), (State::Dead, "never again"));
            assert!(core_jobs::retry(stage.store.catalog(), job.id).await.unwrap());
            assert_eq!(stage.run_jobs().await, 1);
            assert_eq!(only(stage).await.state, State::Dead);
        },
    )
    .await;
}

#[tokio::test]
async fn what_succeeds_at_last_counts_once() {
    for_each_store(
        || apps(|example| example.job(fail)),
        async |stage| {
            let acme = stage.tenant("acme").await;
            leave(stage, &acme, vec![Fail { how: "twice".into() }]).await;
            for _ in 0..3 {
                stage.run_jobs().await;
                wait(stage).await;
            }
            assert_eq!(only(stage).await.state, State::Done);
            assert_eq!(projects_of(stage, &acme).await, ["twice"]);
            // Its lease was lost after the commit: somebody runs it once more.
            let catalog = stage.store.catalog();
            let again = catalog.update_many::<Entity>();
            let again = again.col_expr(Column::State, Expr::value(State::Ready));
            again.exec(catalog).await.unwrap();
            assert_eq!(stage.run_jobs().await, 1);
            assert_eq!(only(stage).await.state, State::Done);
            assert_eq!(projects_of(stage, &acme).await, ["twice"]);
        },
    )
    .await;
}

#[tokio::test]
async fn jobs_of_a_deleted_workspace_end_and_those_of_a_suspended_one_wait() {
    for_each_store(
        || apps(|example| example.job(make_project)),
        async |stage| {
            let (acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
            for workspace in [&acme, &globex] {
                leave(stage, workspace, vec![MakeProject { name: "Late".into() }]).await;
            }
            let relay = core_jobs::Relay::new(stage.store.clone(), stage.jobs.clone());
            relay.run().await.unwrap();
            stage.store.delete_tenant(&acme.tenant).await.unwrap();
            stage.store.set_status(&globex.tenant, core_db::Status::Suspended).await.unwrap();
            assert_eq!(stage.run_jobs().await, 1);
            let waiting = only(stage).await;
            assert_eq!(waiting.tenant_id, Some(globex.tenant.id), "acme's went with it");
            assert_eq!((waiting.state, waiting.attempts), (State::Waiting, 0));

            stage.store.set_status(&globex.tenant, core_db::Status::Active).await.unwrap();
            assert_eq!(stage.run_jobs().await, 1, "at once");
            assert_eq!(projects_of(stage, &globex).await, ["Late"]);
        },
    )
    .await;
}

/// A job that writes nothing opens nothing.
#[derive(Serialize, Deserialize)]
struct Nothing;

impl Job for Nothing {
    const NAME: &'static str = "example.nothing";
}

async fn nothing(_: Nothing, db: TenantDb) -> platform::Result<()> {
    assert_eq!(db.queries().await, 0);
    Ok(())
}

#[tokio::test]
async fn a_payload_that_cannot_be_read_is_dead_and_an_unknown_job_waits_for_a_newer_process() {
    for_each_store(
        || apps(|example| example.job(nothing)),
        async |stage| {
            let acme = stage.tenant("acme").await;
            leave(stage, &acme, vec![Nothing]).await;
            leave(stage, &acme, vec![MakeProject { name: "Newer".into() }]).await;
            let relay = core_jobs::Relay::new(stage.store.clone(), stage.jobs.clone());
            relay.run().await.unwrap();
            let catalog = stage.store.catalog();
            let broken = catalog.update_many::<Entity>().filter(Column::Name.eq(Nothing::NAME));
            broken.col_expr(Column::Payload, Expr::value("{\"a\":")).exec(catalog).await.unwrap();
            assert_eq!(stage.run_jobs().await, 2);
            let rows = Entity::find().all(catalog).await.unwrap();
            let of = |name: &str| rows.iter().find(|row| row.name == name).unwrap();
            assert_eq!(of(Nothing::NAME).state, State::Dead);
            let newer = of(MakeProject::NAME);
            assert_eq!((newer.state, newer.attempts), (State::Waiting, 0));

            // It is not tried for ever: a day later no process will know it any more.
            let days = async |hours| {
                let since = core_base::clock::now() - chrono::TimeDelta::hours(hours);
                let older = catalog.update_many::<Entity>();
                let older = older.filter(Column::State.eq(State::Waiting));
                older.col_expr(Column::HeldSince, Expr::value(since)).exec(catalog).await.unwrap();
                wait(stage).await;
                assert_eq!(stage.run_jobs().await, 1);
                let rows = Entity::find().all(catalog).await.unwrap();
                rows.into_iter().find(|row| row.name == MakeProject::NAME).unwrap()
            };
            assert_eq!(days(23).await.state, State::Waiting);
            let dead = days(25).await;
            assert_eq!(dead.state, State::Dead);
            assert_eq!(dead.error, "no process knew such jobs for a day");
            let unknown = stage.jobs.tallies()["unknown"].each().collect::<Vec<_>>();
            assert!(unknown.contains(&("postponed", 2)), "{unknown:?}");
            assert!(unknown.contains(&("dead", 1)), "{unknown:?}");
        },
    )
    .await;
}
