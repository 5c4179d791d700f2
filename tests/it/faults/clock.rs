//! The clock jumps. That it was put back by an hour is the same as all that stands in the store being
//! from an hour ahead, and the other way round: so the store is moved, and nobody has to fake a clock.

use chrono::TimeDelta;
use core_access::entity::session;
use core_base::{SessionId, clock};
use core_testing::{Role, Stage, core_stores};
use sea_orm::{ConnectionTrait, EntityTrait, Statement};

use crate::jobs::{MakeProject, apps, leave, make_project, projects_of};
use core_testing::StoreKind::{Postgres, Sqlite};

const IDLE: TimeDelta = TimeDelta::days(14);

/// Moves columns of a table of the catalogue's by hours.
async fn shift(stage: &Stage, table: &str, columns: &[&str], hours: i64, only: &str) {
    let catalog = stage.store.catalog();
    let backend = catalog.get_database_backend();
    let moved = |column: &&str| match backend {
        sea_orm::DbBackend::Postgres => format!("{column} = {column} + interval '{hours} hours'"),
        // As sqlx writes times.
        _ => format!("{column} = strftime('%Y-%m-%dT%H:%M:%f+00:00', {column}, '{hours} hours')"),
    };
    let set: Vec<_> = columns.iter().map(moved).collect();
    let sql = format!("UPDATE \"catalog\".\"{table}\" SET {} WHERE {only}", set.join(", "));
    let done = catalog.execute_raw(Statement::from_string(backend, sql)).await.unwrap();
    assert!(done.rows_affected() > 0, "nothing was moved in {table}");
    // As another process would hear of it.
    stage.store.changes().notify("session", "*");
}

async fn session(stage: &Stage, id: SessionId) -> session::Model {
    let found = session::Entity::find_by_id(id).one(stage.store.catalog()).await.unwrap();
    found.unwrap()
}

#[tokio::test]
async fn nobody_stays_signed_in_longer_than_allowed_when_the_clock_is_put_back() {
    for kind in core_stores(&[Sqlite, Postgres]) {
        let stage = Stage::on(kind, apps(|app| app)).await;
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let times = ["created_at", "seen_at", "expires_at"];
        shift(&stage, "sessions", &times, 1, "1 = 1").await;
        let id = ana.session.unwrap();
        let before = session(&stage, id).await;
        assert!(before.expires_at > clock::now() + IDLE, "it would live longer");
        assert_eq!(ana.get("/projects").await.status, 200, "she goes on");
        let after = session(&stage, id).await;
        assert!(after.expires_at <= clock::now() + IDLE, "{}", after.expires_at);
        assert!(after.created_at <= clock::now(), "the longest life counts from now at the latest");
        stage.close().await;
    }
}

#[tokio::test]
async fn sessions_outlive_an_hour_forward_and_end_at_their_time() {
    for kind in core_stores(&[Sqlite, Postgres]) {
        let stage = Stage::on(kind, apps(|app| app)).await;
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let times = ["created_at", "seen_at", "expires_at"];
        shift(&stage, "sessions", &times, -1, "1 = 1").await;
        assert_eq!(ana.get("/projects").await.status, 200, "an hour is not two weeks");
        shift(&stage, "sessions", &["expires_at"], -24 * 14 - 1, "1 = 1").await;
        let answer = ana.get("/projects").await;
        assert!(answer.location().starts_with("/enter"), "two weeks are: {}", answer.status);
        stage.close().await;
    }
}

/// A worker leased a job and died; then the clock jumped.
#[tokio::test]
async fn no_lease_is_held_for_ever_and_no_job_is_lost_or_has_its_effects_twice() {
    for kind in core_stores(&[Sqlite, Postgres]) {
        for hours in [1, -1] {
            let stage = Stage::on(kind, apps(|app| app.job(make_project))).await;
            let acme = stage.tenant("acme").await;
            let job = |name: &str| MakeProject { name: name.to_owned() };
            leave(&stage, &acme, vec![job("Done before"), job("Rocket")]).await;
            stage.run_jobs().await;
            assert_eq!(projects_of(&stage, &acme).await, ["Done before", "Rocket"]);
            // Both were done, but their worker died before it wrote that down.
            lease_to_the_dead(&stage).await;
            shift(&stage, "jobs", &["due_at"], hours, "state = 'running'").await;
            let work = core_jobs::Worker::run(
                stage.store.clone(),
                stage.jobs.clone(),
                tokio::time::sleep(std::time::Duration::from_secs(8)),
            );
            work.await;
            assert_eq!(left(&stage).await, 0, "{kind:?} {hours}: a lease is still held");
            assert_eq!(
                projects_of(&stage, &acme).await,
                ["Done before", "Rocket"],
                "effects, once"
            );
            stage.close().await;
        }
    }
}

/// Two servers whose clocks differ would refuse each other's tickets and take each other's leases for
/// over. The database has one clock: who differs from it is not ready, and says so.
#[tokio::test]
async fn a_server_whose_clock_is_wrong_takes_no_part() {
    for kind in core_stores(&[Postgres]) {
        let stage = Stage::on(kind, apps(|app| app)).await;
        let acme = stage.tenant("acme").await;
        let visitor = stage.visitor_at(&acme);
        for seconds in [90, -90, 20] {
            clock::set_ahead(TimeDelta::zero());
            assert_eq!(visitor.get("/readyz").await.status, 200);
            clock::set_ahead(TimeDelta::seconds(seconds));
            assert_eq!(visitor.get("/readyz").await.status, 503, "{seconds} s ahead");
            let said = stage.store.check_clock().await.unwrap_err().to_string();
            assert!(said.contains("clock") && said.contains("NTP"), "{said}");
            let found = stage.store.weaknesses_of_server(8).await.unwrap();
            assert!(found.iter().any(|one| one.id == "server.clock"), "{found:?}");
        }
        clock::set_ahead(TimeDelta::seconds(4));
        assert_eq!(visitor.get("/readyz").await.status, 200, "that is worth a word, not a stop");
        clock::set_ahead(TimeDelta::zero());
        let found = stage.store.weaknesses_of_server(8).await.unwrap();
        assert!(found.iter().all(|one| one.id != "server.clock"), "{found:?}");
        stage.close().await;
    }
}

async fn lease_to_the_dead(stage: &Stage) {
    let catalog = stage.store.catalog();
    let sql =
        "UPDATE \"catalog\".jobs SET state = 'running', attempts = 1, due_at = $1, worker = $2";
    let lease = clock::now() + TimeDelta::seconds(60);
    let values = [lease.into(), uuid::Uuid::new_v4().into()];
    let backend = catalog.get_database_backend();
    let done = catalog.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await;
    assert_eq!(done.unwrap().rows_affected(), 2);
}

/// Jobs that are not over.
async fn left(stage: &Stage) -> i64 {
    let catalog = stage.store.catalog();
    let sql = "SELECT count(*) AS left_over FROM \"catalog\".jobs WHERE state <> 'done'";
    let ask = Statement::from_string(catalog.get_database_backend(), sql);
    catalog.query_one_raw(ask).await.unwrap().unwrap().try_get("", "left_over").unwrap()
}
