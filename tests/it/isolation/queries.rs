//! Queries that name what isn't theirs.

use core_db::Mode;
use sea_orm::{ConnectionTrait, Statement};

use super::{
    count, everywhere, is_refusal,
    login::{code_of, login},
    on_postgres,
    sql::{insertion, send_alone},
};

#[tokio::test]
async fn another_tenants_tables_are_refused_by_the_database() {
    everywhere(async |two| {
        let schema = two.acme.tenant.id.schema();
        let own = insertion("Mallory");
        for sql in [
            format!("SELECT \"name\" FROM \"{schema}\".\"members\""),
            format!("SELECT count(*) FROM {schema}.members"),
            format!("UPDATE \"{schema}\".\"members\" SET \"role\" = 'owner'"),
            format!("DELETE FROM \"{schema}\".\"members\""),
            format!(
                "WITH gone AS (SELECT * FROM \"{schema}\".\"projects\") SELECT count(*) FROM gone"
            ),
            format!("SELECT \"stamp\" FROM \"{schema}\".\"_meta\""),
            own.replace("\"tenant\"", &format!("\"{schema}\"")),
        ] {
            let error = send_alone(&two.stage, &two.globex, Mode::Write, &sql).await.unwrap_err();
            assert!(is_refusal(&error), "{sql}: {error}");
        }
        assert_eq!(count(&two.stage, &two.acme).await, 1);
        assert_eq!(count(&two.stage, &two.globex).await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_catalogues_secrets_are_refused_by_the_database() {
    everywhere(async |two| {
        for sql in [
            "SELECT \"password_hash\" FROM \"catalog\".\"users\"",
            "SELECT password_hash FROM catalog.users",
            "SELECT \"token_hash\" FROM \"catalog\".\"sessions\"",
            "SELECT \"nonce_hash\" FROM \"catalog\".\"tickets\"",
            "SELECT \"slug\" FROM \"catalog\".\"tenants\"",
            "SELECT \"login\" FROM \"catalog\".\"cells\"",
            "UPDATE \"catalog\".\"users\" SET \"password_hash\" = ''",
        ] {
            let error = send_alone(&two.stage, &two.globex, Mode::Write, sql).await.unwrap_err();
            assert!(is_refusal(&error), "{sql}: {error}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_query_without_a_tenant_is_refused() {
    everywhere(async |two| {
        let catalog = two.stage.store.catalog();
        for sql in ["SELECT * FROM \"tenant\".\"members\"", "SELECT * FROM members"] {
            let statement = Statement::from_string(two.stage.store.backend(), sql);
            let error = catalog.query_all_raw(statement).await.unwrap_err();
            assert!(super::sql::database_error(&error).is_some(), "{sql}: {error}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_login_of_a_cell_can_read_nothing_before_it_takes_a_role() {
    on_postgres(async |two| {
        let mut login = login(&two.stage).await;
        let schema = two.acme.tenant.id.schema();
        for (sql, code) in [
            (format!("SELECT * FROM {schema}.members"), "42501"),
            ("SELECT * FROM catalog.users".to_owned(), "42501"),
            ("SELECT * FROM catalog.sessions".to_owned(), "42501"),
            ("SELECT * FROM members".to_owned(), "42P01"),
            ("CREATE TABLE public.planted (a int)".to_owned(), "42501"),
            ("CREATE SCHEMA planted".to_owned(), "42501"),
            ("ALTER SYSTEM SET work_mem TO '1MB'".to_owned(), "42501"),
        ] {
            assert_eq!(code_of(&mut login, &sql).await, code, "{sql}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_table_named_without_its_schema_is_not_found() {
    on_postgres(async |two| {
        let sql = "SELECT * FROM members";
        let error = send_alone(&two.stage, &two.globex, Mode::Read, sql).await.unwrap_err();
        let (code, _) = super::sql::database_error(&error).unwrap();
        assert_eq!(code.as_deref(), Some("42P01"));
    })
    .await;
}
