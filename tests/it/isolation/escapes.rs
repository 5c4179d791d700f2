//! Ways out of a tenant's role. Where the platform refuses first, the database is asked as well.

use std::time::Duration;

use core_db::Mode;
use core_testing::{Stage, StoreKind, Workspace, core_stores};

use super::{
    count, everywhere, is_refusal,
    login::{code_as, code_of, login, role},
    on_postgres,
    sql::{database_error, insertion, send, send_alone},
};

#[tokio::test]
async fn only_reading_and_writing_passes_the_platforms_filter() {
    everywhere(async |two| {
        let other = two.acme.tenant.id.schema();
        for sql in [
            "RESET ROLE",
            "SET ROLE none",
            "SET SESSION AUTHORIZATION DEFAULT",
            "SET search_path TO public",
            "DO $$ BEGIN END $$",
            "CREATE TEMP TABLE planted (a int)",
            "COMMIT",
            "ROLLBACK",
            "ATTACH DATABASE 'x' AS y",
            "PRAGMA query_only = OFF",
            "COPY x TO '/tmp/x'",
            "LISTEN x",
            "PREPARE x AS SELECT 1",
            "/* SELECT */ RESET ROLE",
            "SELECT 1; RESET ROLE",
            "SELECT 1; COMMIT",
            &format!("SELECT 1; SELECT * FROM \"{other}\".members"),
        ] {
            let db =
                two.stage.store.tenant_db(two.globex.tenant.clone(), Mode::Write).await.unwrap();
            let error = send(&db, sql).await.unwrap_err();
            assert!(database_error(&error).is_none(), "{sql} reached the database: {error}");
            db.finish(false).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn set_config_is_refused_by_the_database() {
    on_postgres(async |two| {
        let other = role(&two.stage, &two.acme).await;
        for sql in [
            format!("SELECT set_config('role', '{other}', true)"),
            "SELECT set_config('role', 'none', false)".to_owned(),
            "SELECT pg_catalog.set_config('transaction_read_only', 'off', true)".to_owned(),
            format!("WITH x AS (SELECT set_config('role', '{other}', true)) SELECT * FROM x"),
        ] {
            let error = send_alone(&two.stage, &two.globex, Mode::Write, &sql).await.unwrap_err();
            assert!(is_refusal(&error), "{sql}: {error}");
        }
    })
    .await;
}

#[tokio::test]
async fn updating_pg_settings_is_refused_by_the_database() {
    on_postgres(async |two| {
        let other = role(&two.stage, &two.acme).await;
        let sql = format!("UPDATE pg_settings SET setting = '{other}' WHERE name = 'role'");
        let error = send_alone(&two.stage, &two.globex, Mode::Write, &sql).await.unwrap_err();
        assert!(is_refusal(&error), "{error}");
        let mut login = login(&two.stage).await;
        let own = role(&two.stage, &two.globex).await;
        assert_eq!(code_as(&mut login, &own, &sql).await, "42501");
    })
    .await;
}

#[tokio::test]
async fn do_blocks_are_refused_by_the_database() {
    on_postgres(async |two| {
        let mut login = login(&two.stage).await;
        let (own, other) = (role(&two.stage, &two.globex).await, role(&two.stage, &two.acme).await);
        let sql = format!("DO $$ BEGIN SET LOCAL ROLE \"{other}\"; END $$");
        assert_eq!(code_as(&mut login, &own, &sql).await, "42501");
        assert_eq!(code_of(&mut login, &sql).await, "42501");
    })
    .await;
}

#[tokio::test]
async fn a_temporary_table_cannot_be_planted() {
    on_postgres(async |two| {
        let mut login = login(&two.stage).await;
        let own = role(&two.stage, &two.globex).await;
        for sql in [
            "CREATE TEMP TABLE members (a int)",
            "CREATE TEMP VIEW members AS SELECT 1",
            "SELECT 1 AS a INTO TEMP members",
            "CREATE TEMP SEQUENCE members",
            "CREATE TABLE pg_temp.members (a int)",
        ] {
            assert_eq!(code_as(&mut login, &own, sql).await, "42501", "{sql}");
            assert_eq!(code_of(&mut login, sql).await, "42501", "{sql} as the login");
        }
        // This one begins with a word that the platform's filter lets through.
        let sql = "SELECT 1 AS a INTO TEMP members";
        let error = send_alone(&two.stage, &two.globex, Mode::Write, sql).await.unwrap_err();
        assert!(is_refusal(&error), "{error}");
    })
    .await;
}

/// By these one tenant could hold up all others, or leave what nobody would find.
#[tokio::test]
async fn locks_by_number_large_objects_and_notices_are_refused_by_the_database() {
    on_postgres(async |two| {
        for sql in [
            "SELECT pg_advisory_lock(1735877480)",
            "SELECT pg_advisory_lock(1, 1)",
            "SELECT pg_advisory_lock_shared(1, 1)",
            "SELECT pg_advisory_lock_shared(1)",
            "SELECT pg_advisory_xact_lock(1735877480)",
            "SELECT pg_advisory_xact_lock_shared(1)",
            "SELECT pg_try_advisory_lock(1)",
            "SELECT pg_try_advisory_lock_shared(1, 1)",
            "SELECT pg_try_advisory_xact_lock(1)",
            "SELECT pg_try_advisory_xact_lock_shared(1, 1)",
            "SELECT lo_creat(-1)",
            "SELECT lo_create(0)",
            "SELECT lo_from_bytea(0, 'x')",
            "SELECT lo_get(1)",
            "SELECT pg_notify('a', 'b')",
        ] {
            let error = send_alone(&two.stage, &two.globex, Mode::Write, sql).await.unwrap_err();
            assert!(is_refusal(&error), "{sql}: {error}");
        }
    })
    .await;
}

/// What the platform itself waits for while a tenant's role is in force is that tenant's alone.
#[tokio::test]
async fn one_decides_at_a_time_in_a_workspace_and_others_do_not_wait_for_it() {
    for kind in core_stores(&[StoreKind::Postgres]) {
        let stage = Stage::on(kind, vec![]).await;
        let (acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
        let alone = async |workspace: &Workspace| {
            let db = stage.store.tenant_db(workspace.tenant.clone(), Mode::Write).await.unwrap();
            db.lock_table::<core_access::entity::member::Entity>().await.unwrap();
            db
        };
        let (one, other) = (alone(&acme).await, alone(&globex).await);
        let again = tokio::time::timeout(Duration::from_millis(300), alone(&acme));
        assert!(again.await.is_err(), "one at a time");
        send(&other, &insertion("Meanwhile")).await.unwrap();
        one.finish(false).await.unwrap();
        other.finish(false).await.unwrap();
        alone(&acme).await.finish(false).await.unwrap();
        stage.close().await;
    }
}

#[tokio::test]
async fn a_tenants_role_can_make_and_reach_nothing_else() {
    on_postgres(async |two| {
        let mut login = login(&two.stage).await;
        let (own, other) = (role(&two.stage, &two.globex).await, role(&two.stage, &two.acme).await);
        let (schema, theirs) = (two.globex.tenant.id.schema(), two.acme.tenant.id.schema());
        for sql in [
            format!("CREATE TABLE {schema}.planted (a int)"),
            format!("CREATE FUNCTION {schema}.f() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
            format!("ALTER TABLE {schema}.members ADD COLUMN planted int"),
            format!("TRUNCATE {schema}.members"),
            format!("GRANT SELECT ON {schema}.members TO \"{other}\""),
            format!("UPDATE {schema}._meta SET stamp = ''"),
            format!("SELECT * FROM {theirs}.members"),
            format!("LOCK TABLE {theirs}.members"),
            "CREATE SCHEMA planted".to_owned(),
            "CREATE ROLE planted".to_owned(),
            "CREATE TABLE public.planted (a int)".to_owned(),
            "COPY (SELECT 1) TO PROGRAM 'true'".to_owned(),
            "SELECT pg_read_file('/etc/passwd')".to_owned(),
            "SELECT * FROM pg_authid".to_owned(),
        ] {
            let code = code_as(&mut login, &own, &sql).await;
            // A grant of what one may not grant is only a warning; that it had no effect is below.
            let grant = sql.starts_with("GRANT");
            assert!(
                code == "42501" || grant && code == "01007" || grant && code.is_empty(),
                "{sql}: {code}"
            );
        }
        let sql = format!("SELECT * FROM {schema}.members");
        assert_eq!(code_as(&mut login, &other, &sql).await, "42501");
        assert_eq!(count(&two.stage, &two.globex).await, 1);
    })
    .await;
}

#[tokio::test]
async fn without_its_role_a_transaction_reaches_nothing() {
    on_postgres(async |two| {
        let mut login = login(&two.stage).await;
        let own = role(&two.stage, &two.globex).await;
        for schema in [two.globex.tenant.id.schema(), two.acme.tenant.id.schema()] {
            let sql = format!("RESET ROLE; SELECT * FROM {schema}.members");
            assert_eq!(code_as(&mut login, &own, &sql).await, "42501");
        }
    })
    .await;
}
