//! Jobs of a workspace that is shut wait; once it is open again they are due at once.

use core_db::{
    Status,
    catalog::tenant::{self, Column},
};
use core_testing::{Stage, Workspace, for_each_store};
use sea_orm::sea_query::Expr;

use super::{MakeProject, apps, leave, make_project, projects_of};

/// Leaves a job and shows it to a worker, who puts it off for long.
async fn put_off(stage: &Stage, acme: &Workspace, name: &str) {
    leave(stage, acme, vec![MakeProject { name: name.into() }]).await;
    core_jobs::Relay::new(stage.store.clone(), stage.jobs.clone()).run().await.unwrap();
}

async fn set(stage: &Stage, column: Column, value: &str) {
    let catalog = stage.store.catalog();
    let update = catalog.update_many::<tenant::Entity>();
    update.col_expr(column, Expr::value(value)).exec(catalog).await.unwrap();
    stage.store.changes().notify("tenant", "*");
}

#[tokio::test]
async fn what_waited_is_done_at_once_when_a_workspace_opens_again() {
    for_each_store(
        || apps(|example| example.job(make_project)),
        async |stage| {
            let acme = stage.tenant("acme").await;
            let store = &stage.store;
            put_off(stage, &acme, "a").await;
            store.set_status(&acme.tenant, Status::Suspended).await.unwrap();
            assert_eq!(stage.run_jobs().await, 1);
            assert_eq!(stage.run_jobs().await, 0, "it waits");
            store.set_status(&acme.tenant, Status::Active).await.unwrap();
            assert_eq!(stage.run_jobs().await, 1);
            assert_eq!(projects_of(stage, &acme).await, ["a"], "after `tenant resume`");

            put_off(stage, &acme, "b").await;
            let tx = store.catalog().begin().await.unwrap();
            assert!(store.schedule_deletion(tx, &acme.tenant).await.unwrap());
            assert_eq!((stage.run_jobs().await, stage.run_jobs().await), (1, 0));
            assert!(store.cancel_deletion(&acme.tenant).await.unwrap());
            assert_eq!(stage.run_jobs().await, 1);
            assert_eq!(projects_of(stage, &acme).await, ["a", "b"], "after an undone deletion");

            put_off(stage, &acme, "c").await;
            set(stage, Column::Quarantine, "no such table").await;
            assert_eq!((stage.run_jobs().await, stage.run_jobs().await), (1, 0));
            set(stage, Column::Stamp, "behind").await;
            assert_eq!(store.migrate_tenants(&|_| {}).await.unwrap().migrated, 1);
            assert_eq!(stage.run_jobs().await, 1);
            assert_eq!(projects_of(stage, &acme).await, ["a", "b", "c"], "after it was mended");
        },
    )
    .await;
}

/// The process that works hears of it a quarter of a second later than the job is due.
#[tokio::test]
async fn a_worker_that_has_not_heard_of_it_yet_does_not_put_the_job_off_for_long() {
    for_each_store(
        || apps(|example| example.job(make_project)),
        async |stage| {
            let acme = stage.tenant("acme").await;
            put_off(stage, &acme, "a").await;
            stage.store.set_status(&acme.tenant, Status::Suspended).await.unwrap();
            assert_eq!(stage.run_jobs().await, 1);
            // It knows the workspace as suspended, and nobody tells it otherwise.
            stage.store.directory().by_id(acme.tenant.id).await.unwrap();
            let other = stage.other_process().await;
            other.set_status(&acme.tenant, Status::Active).await.unwrap();
            let began = std::time::Instant::now();
            while projects_of(stage, &acme).await.is_empty() {
                stage.run_jobs().await;
                assert!(began.elapsed() < std::time::Duration::from_secs(5), "put off for long");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        },
    )
    .await;
}
