//! The unit of work: one transaction, one tenant, and an end.

use core_db::{Mode, OnUnique};
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    count, everywhere,
    sql::{database_error, insertion, read, send, send_alone},
};

#[tokio::test]
async fn one_prepared_statement_over_three_tenants_reads_three_tenants() {
    everywhere(async |two| {
        let third = two.stage.tenant("initech").await;
        let all = [&two.acme, &two.globex, &third];
        for workspace in all {
            let name = workspace.tenant.slug.clone();
            send_alone(&two.stage, workspace, Mode::Write, &insertion(&name)).await.unwrap();
        }
        for round in 0..10 {
            for workspace in all {
                let slug = workspace.tenant.slug.as_str();
                let sql = "SELECT \"name\" FROM \"tenant\".\"members\" WHERE \"role\" = 'viewer'";
                let name: String = read(&two.stage, workspace, sql).await;
                assert_eq!(name, slug, "round {round}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_clone_that_outlives_its_unit_of_work_is_an_error_and_nothing_is_saved() {
    everywhere(async |two| {
        let tenant = two.acme.tenant.clone();
        let db = two.stage.store.tenant_db(tenant, Mode::Write).await.unwrap();
        let clone = db.clone();
        send(&db, &insertion("Late")).await.unwrap();
        assert!(db.finish(true).await.is_err());
        assert!(matches!(send(&clone, &insertion("Later")).await, Err(DbErr::Query(_))));
        drop(clone);
        assert_eq!(count(&two.stage, &two.acme).await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_only_reads_cannot_write() {
    everywhere(async |two| {
        let delete = "DELETE FROM \"tenant\".\"members\"";
        let update = "UPDATE \"tenant\".\"members\" SET \"name\" = 'x'";
        let insert = insertion("Mallory");
        for sql in [delete, update, &insert] {
            let error = send_alone(&two.stage, &two.acme, Mode::Read, sql).await.unwrap_err();
            let (code, words) = database_error(&error).unwrap();
            let refused = code.as_deref() == Some("25006") || words.contains("readonly database");
            assert!(refused, "{sql}: {error}");
        }
        assert_eq!(count(&two.stage, &two.acme).await, 1);
    })
    .await;
}

/// A unique index that is hit takes back that write alone: the handler asks and writes on, on either
/// store, and what it keeps is kept.
#[tokio::test]
async fn after_a_taken_name_the_unit_of_work_goes_on_and_is_kept() {
    everywhere(async |two| {
        let tenant = two.acme.tenant.clone();
        let db = two.stage.store.tenant_db(tenant, Mode::Write).await.unwrap();
        let id = uuid::Uuid::now_v7();
        let again = |name: &str| {
            let end = insertion(name).split_once("VALUES ('").unwrap().1[36..].to_owned();
            insertion(name).split_once('\'').unwrap().0.to_owned() + &format!("'{id}{end}")
        };
        let index = if db.get_database_backend() == sea_orm::DbBackend::Postgres {
            "members_pkey"
        } else {
            "members_id_key"
        };
        send(&db, &again("Before")).await.unwrap();
        for round in 0..3 {
            let taken = again("Taken");
            let taken = send(&db, &taken).on_unique(&db, index, || "taken").await.unwrap();
            assert_eq!(taken.err(), Some("taken"), "round {round}");
            let asked = send(&db, "SELECT 1 FROM \"tenant\".\"members\"").await;
            assert_eq!(asked.unwrap().len(), 2 + round, "it can still ask");
            let free = insertion("After");
            let free = send(&db, &free).on_unique(&db, index, || "taken").await.unwrap();
            assert!(free.is_ok(), "and write");
        }
        db.finish(true).await.map_err(core_base::Error::into_anyhow).unwrap();
        assert_eq!(count(&two.stage, &two.acme).await, 5);
    })
    .await;
}

/// Another failure is no answer: nothing of the unit of work is kept.
#[tokio::test]
async fn a_failure_that_is_no_taken_name_undoes_the_unit_of_work() {
    everywhere(async |two| {
        let tenant = two.acme.tenant.clone();
        let db = two.stage.store.tenant_db(tenant, Mode::Write).await.unwrap();
        send(&db, &insertion("Half")).await.unwrap();
        let nonsense = "SELECT nonsense FROM \"tenant\".\"members\"";
        let failed = send(&db, nonsense).on_unique(&db, "members_pkey", || ()).await;
        assert!(failed.is_err());
        assert!(db.finish(true).await.is_err());
        assert_eq!(count(&two.stage, &two.acme).await, 1);
    })
    .await;
}

#[tokio::test]
async fn after_a_failed_statement_nothing_is_kept() {
    everywhere(async |two| {
        let tenant = two.acme.tenant.clone();
        let db = two.stage.store.tenant_db(tenant, Mode::Write).await.unwrap();
        send(&db, &insertion("Half")).await.unwrap();
        send(&db, "SELECT nonsense FROM \"tenant\".\"members\"").await.unwrap_err();
        assert!(db.finish(true).await.is_err(), "a lost write must not look saved");
        assert_eq!(count(&two.stage, &two.acme).await, 1);
    })
    .await;
}
