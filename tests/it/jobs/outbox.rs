//! From a transaction to the queue: nothing too much, nothing too little, nobody else's.

use core_jobs::Relay;
use core_testing::{StoreKind, for_each_store};
use platform::{Error, Event, Later, TenantDb, announce};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde::{Deserialize, Serialize};

use super::{MakeProject, apps, leave, make_project, projects_of};

fn named(name: &str) -> MakeProject {
    MakeProject { name: name.into() }
}

#[tokio::test]
async fn a_kept_change_fires_and_one_that_was_undone_does_not() {
    for_each_store(
        || apps(|example| example.job(make_project)),
        async |stage| {
            let acme = stage.tenant("acme").await;
            leave(stage, &acme, vec![named("Falcon")]).await;
            let undone = stage
                .store
                .write_in(acme.tenant.clone(), |db| async move {
                    named("Heron").later(&db).await?;
                    Err::<(), _>(Error::Conflict("no".into()))
                })
                .await;
            assert!(undone.is_err());
            assert_eq!(stage.run_jobs().await, 1);
            assert_eq!(projects_of(stage, &acme).await, ["Falcon"]);
            assert_eq!(stage.run_jobs().await, 0);
        },
    )
    .await;
}

#[tokio::test]
async fn what_nobody_relayed_is_found_by_a_sweep() {
    for_each_store(
        || apps(|example| example.job(make_project)),
        async |stage| {
            let acme = stage.tenant("acme").await;
            leave(stage, &acme, vec![named("Falcon")]).await;
            // As after a kill: the process that knew of it is gone.
            stage.store.outbox_signal().take();
            Relay::new(stage.store.clone(), stage.jobs.clone()).sweep().await.unwrap();
            assert_eq!(stage.run_jobs().await, 1);
            assert_eq!(projects_of(stage, &acme).await, ["Falcon"]);
        },
    )
    .await;
}

#[derive(Serialize, Deserialize)]
struct Launched {
    rocket: String,
}

impl Event for Launched {
    const NAME: &'static str = "example.launched";
}

async fn celebrate(event: Launched, db: TenantDb) -> platform::Result<()> {
    make_project(named(&format!("Party for {}", event.rocket)), db).await
}

async fn report(event: Launched, db: TenantDb) -> platform::Result<()> {
    make_project(named(&format!("Report on {}", event.rocket)), db).await
}

#[tokio::test]
async fn every_listener_hears_of_an_event_once() {
    for_each_store(
        || {
            apps(|example| {
                let celebrates = example.on("example.celebrate", celebrate);
                celebrates.on("example.report", report)
            })
        },
        async |stage| {
            let (acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
            let event = Launched { rocket: "Falcon".into() };
            stage.write_in(&acme, |db| async move { announce(&db, &event).await }).await;
            assert_eq!(stage.run_jobs().await, 2);
            assert_eq!(projects_of(stage, &acme).await, ["Party for Falcon", "Report on Falcon"]);
            assert!(projects_of(stage, &globex).await.is_empty());
        },
    )
    .await;
}

/// On PostgreSQL all tenants share the outbox, so each may only add to it, and only as itself.
#[tokio::test]
async fn a_tenant_adds_to_the_outbox_as_itself_and_reads_nothing() {
    if !core_testing::core_stores(&[StoreKind::Postgres]).contains(&StoreKind::Postgres) {
        return;
    }
    let stage =
        core_testing::Stage::on(StoreKind::Postgres, apps(|app| app.job(make_project))).await;
    let (acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
    leave(&stage, &globex, vec![named("Secret")]).await;
    for sql in [
        "SELECT payload FROM \"shared\".\"outbox\"",
        "DELETE FROM \"shared\".\"outbox\"",
        "UPDATE \"shared\".\"outbox\" SET payload = 'x'",
        "INSERT INTO \"shared\".\"outbox\" (id, kind, name, payload, priority, due_at, role)
         VALUES (gen_random_uuid(), 'job', 'a', '{}', 1, now(), 'somebody')",
        "INSERT INTO \"catalog\".jobs SELECT * FROM \"catalog\".jobs",
    ] {
        let refused = stage
            .store
            .write_in(acme.tenant.clone(), |db| async move {
                let statement = Statement::from_string(DbBackend::Postgres, sql);
                Ok(db.query_all_raw(statement).await.map(drop)?)
            })
            .await;
        let error = refused.map_err(Error::into_anyhow).expect_err(sql);
        assert!(format!("{error:#}").contains("permission denied"), "{sql}: {error:#}");
    }
    assert_eq!(stage.run_jobs().await, 1, "nothing of globex's was lost");
    assert_eq!(projects_of(&stage, &globex).await, ["Secret"]);
    stage.close().await;
}
