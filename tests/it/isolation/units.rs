//! The unit of work: one transaction, one tenant, and an end.

use core_db::Mode;
use sea_orm::DbErr;

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
