//! What `check` and `check --deploy` find on a server: one weakness at a time.

use core_base::{Config, Finding, config::Reader};
use core_db::Store;
use core_testing::{Home, Role, StoreKind, core_stores};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

use crate::{
    faults::program::{command, groundwork},
    world::World,
    worlds::canary::Sql,
};

async fn owner(home: &Home) -> PgConnection {
    PgConnection::connect(home.owner.as_ref().unwrap().as_str()).await.unwrap()
}

async fn tell(home: &Home, sql: &str) {
    let mut owner = owner(home).await;
    owner.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.unwrap();
    owner.close().await.unwrap();
}

fn ids(found: &[Finding]) -> Vec<&'static str> {
    found.iter().map(|finding| finding.id).collect()
}

#[tokio::test]
async fn what_weakens_isolation_is_found_and_what_to_do_is_said() {
    for kind in core_stores(&[StoreKind::Postgres]) {
        let world = World::on(kind).await;
        world.stage.member(&world.acme, Role::Viewer).await;
        let (home, store) = (&world.stage.home, &world.stage.store);
        let database = home.database().unwrap().to_owned();
        assert_eq!(ids(&store.weaknesses().await.unwrap()), [""; 0]);
        for (id, weaken, mend) in [
            (
                "server.temporary",
                format!("GRANT TEMPORARY ON DATABASE {database} TO PUBLIC"),
                format!("REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC"),
            ),
            (
                "server.plpgsql",
                "GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC".to_owned(),
                "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC".to_owned(),
            ),
            (
                "server.set_config",
                "GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO PUBLIC"
                    .to_owned(),
                "REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC"
                    .to_owned(),
            ),
            (
                "server.login",
                "DO $$ BEGIN EXECUTE format('ALTER ROLE %I INHERIT', (SELECT login FROM catalog.cells)); END $$".to_owned(),
                "DO $$ BEGIN EXECUTE format('ALTER ROLE %I NOINHERIT', (SELECT login FROM catalog.cells)); END $$".to_owned(),
            ),
            (
                "server.settings",
                "DO $$ BEGIN EXECUTE format('ALTER ROLE %I SET work_mem = 65536', (SELECT login FROM catalog.cells)); END $$".to_owned(),
                "DO $$ BEGIN EXECUTE format('ALTER ROLE %I RESET work_mem', (SELECT login FROM catalog.cells)); END $$".to_owned(),
            ),
            (
                "server.role",
                "DO $$ BEGIN EXECUTE format('ALTER ROLE %I LOGIN', (SELECT rolname FROM pg_roles JOIN catalog.meta ON name = 'installation' AND starts_with(rolname, value || '_t_') ORDER BY rolname LIMIT 1)); END $$".to_owned(),
                "DO $$ BEGIN EXECUTE format('ALTER ROLE %I NOLOGIN', (SELECT rolname FROM pg_roles JOIN catalog.meta ON name = 'installation' AND starts_with(rolname, value || '_t_') ORDER BY rolname LIMIT 1)); END $$".to_owned(),
            ),
            (
                "server.role",
                "DO $$ BEGIN EXECUTE format('ALTER ROLE %I SUPERUSER', (SELECT rolname FROM pg_roles JOIN catalog.meta ON name = 'installation' AND starts_with(rolname, value || '_t_') ORDER BY rolname LIMIT 1)); END $$".to_owned(),
                "DO $$ BEGIN EXECUTE format('ALTER ROLE %I NOSUPERUSER', (SELECT rolname FROM pg_roles JOIN catalog.meta ON name = 'installation' AND starts_with(rolname, value || '_t_') ORDER BY rolname LIMIT 1)); END $$".to_owned(),
            ),
            (
                "server.role",
                "DO $$ BEGIN EXECUTE format('GRANT pg_read_all_data TO %I', (SELECT rolname FROM pg_roles JOIN catalog.meta ON name = 'installation' AND starts_with(rolname, value || '_t_') ORDER BY rolname LIMIT 1)); END $$".to_owned(),
                "DO $$ BEGIN EXECUTE format('REVOKE pg_read_all_data FROM %I', (SELECT rolname FROM pg_roles JOIN catalog.meta ON name = 'installation' AND starts_with(rolname, value || '_t_') ORDER BY rolname LIMIT 1)); END $$".to_owned(),
            ),
            (
                "server.granted",
                "DO $$ BEGIN EXECUTE format('GRANT SELECT ON catalog.users TO %I', (SELECT rolname FROM pg_roles JOIN catalog.meta ON name = 'installation' AND starts_with(rolname, value || '_t_') ORDER BY rolname LIMIT 1)); END $$".to_owned(),
                "DO $$ BEGIN EXECUTE format('REVOKE SELECT ON catalog.users FROM %I', (SELECT rolname FROM pg_roles JOIN catalog.meta ON name = 'installation' AND starts_with(rolname, value || '_t_') ORDER BY rolname LIMIT 1)); END $$".to_owned(),
            ),
            (
                "server.public",
                "GRANT CREATE ON SCHEMA public TO PUBLIC".to_owned(),
                "REVOKE CREATE ON SCHEMA public FROM PUBLIC".to_owned(),
            ),
            (
                "store.cell_full",
                "UPDATE catalog.cells SET capacity = 2".to_owned(),
                "UPDATE catalog.cells SET capacity = 1000".to_owned(),
            ),
        ] {
            tell(home, &weaken).await;
            let found = store.weaknesses().await.unwrap();
            assert_eq!(ids(&found), [id]);
            assert!(found[0].hint.len() > 10, "{found:?}");
            tell(home, &mend).await;
            assert_eq!(ids(&store.weaknesses().await.unwrap()), [""; 0], "{id} is mended");
        }
        world.stage.close().await;
    }
}

#[tokio::test]
async fn what_a_public_site_must_not_have_is_found_on_the_server() {
    for kind in core_stores(&[StoreKind::Postgres]) {
        let world = World::on(kind).await;
        let store = &world.stage.store;
        let mut found = ids(&store.weaknesses_of_server(8).await.unwrap());
        // The server of the tests may be set up to be quick, and then it must be said.
        let mut owner = owner(&world.stage.home).await;
        for (id, bad) in [
            (
                "server.fsync",
                "current_setting('fsync') = 'off' OR current_setting('full_page_writes') = 'off'",
            ),
            ("server.commits", "current_setting('synchronous_commit') = 'off'"),
            ("server.locks", "current_setting('max_locks_per_transaction')::int < 128"),
        ] {
            let row = owner.fetch_one(sqlx::raw_sql(AssertSqlSafe(format!("SELECT {bad}")))).await;
            assert_eq!(row.unwrap().get::<bool, _>(0), found.contains(&id), "{id}");
            found.retain(|other| *other != id);
        }
        owner.close().await.unwrap();
        assert_eq!(found, [""; 0]);
        tell(&world.stage.home, "GRANT EXECUTE ON FUNCTION pg_notify(text, text) TO PUBLIC").await;
        let open = ids(&store.weaknesses_of_server(8).await.unwrap());
        assert!(open.contains(&"server.functions"), "{open:?}");
        let many = store.weaknesses_of_server(100_000).await.unwrap();
        assert!(ids(&many).contains(&"server.connections"), "{many:?}");
        world.stage.close().await;
    }
}

#[tokio::test]
async fn a_pooler_that_the_settings_do_not_name_is_found() {
    for kind in core_stores(&[StoreKind::Pooled]) {
        let world = World::on(kind).await;
        let known = world.stage.store.weaknesses_of_server(8).await.unwrap();
        assert!(!ids(&known).contains(&"server.pooler"));
        let mut vars = world.stage.home.vars.clone();
        vars.retain(|(name, _)| name != "DATABASE_POOLED");
        let config = Config::read(Reader::from_vars(vars)).unwrap();
        let store = Store::open(&config, crate::world::schema()).await.unwrap();
        let found = store.weaknesses_of_server(8).await.unwrap();
        assert!(ids(&found).contains(&"server.pooler"), "{found:?}");
        world.stage.close().await;
    }
}

/// However it came there: an archive of an older release, or somebody's own SQL.
#[tokio::test]
async fn a_workspace_that_no_form_would_have_made_is_found() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        let world = World::on(kind).await;
        let catalog = world.stage.store.catalog();
        use core_db::catalog::tenant::{Column, Entity};
        for (column, value, word) in [
            (Column::Zone, "../../etc/passwd".to_owned(), "no time zone"),
            (Column::Name, "x".repeat(100_000), "100000 characters"),
        ] {
            let row = catalog.update_many::<Entity>().filter(Column::Slug.eq("acme"));
            row.col_expr(column, Expr::value(value)).exec(catalog).await.unwrap();
            assert_eq!(check(&world.stage.home), (false, vec!["store.odd".into()]));
            let found = core_access::archives::invalid_workspaces(&world.stage.store).await;
            let found = found.map_err(core_base::Error::into_anyhow).unwrap()[0].to_string();
            assert!(found.contains("acme") && found.contains(word) && found.len() < 300, "{found}");
            let mended = if word == "no time zone" { "UTC" } else { "Acme" };
            let row = catalog.update_many::<Entity>().filter(Column::Slug.eq("acme"));
            row.col_expr(column, Expr::value(mended)).exec(catalog).await.unwrap();
        }
        assert_eq!(check(&world.stage.home), (true, vec![]));
        world.stage.close().await;
    }
}

/// Whether all is well, and the ids of what `check` finds.
fn check(home: &Home) -> (bool, Vec<String>) {
    let output = command(groundwork(), home, &["check", "--json"]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let list: Vec<serde_json::Value> = serde_json::from_str(&said).unwrap();
    let id = |one: &serde_json::Value| one["id"].as_str().unwrap().to_owned();
    (output.status.success(), list.iter().map(id).collect())
}

#[tokio::test]
async fn a_migration_that_was_changed_after_it_ran_is_found() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        let world = World::on(kind).await;
        let home = &world.stage.home;
        assert_eq!(check(home), (true, vec![]));
        let mut sql = Sql::to(home).await;
        let schema = world.globex.tenant.id.schema();
        let table = match kind {
            StoreKind::Sqlite => "projects".to_owned(),
            _ => format!("{schema}.projects"),
        };
        sql.run(&schema, &format!("ALTER TABLE {table} RENAME COLUMN summary TO synopsis")).await;
        // What the entity names is gone, and what is there in its place nobody fills.
        let both = vec!["store.lacking".to_owned(), "store.unfilled".to_owned()];
        assert_eq!(check(home), (false, both));
        sql.close().await;
        world.stage.close().await;
    }
}

/// Something is in the way of a deletion: it says so, stops nobody else, and is finished later.
#[tokio::test]
async fn a_workspace_that_cannot_be_erased_is_named_with_the_reason() {
    for kind in core_stores(&[StoreKind::Postgres]) {
        let world = World::on(kind).await;
        let (home, store) = (&world.stage.home, &world.stage.store);
        let mut reader = owner(home).await;
        let lock = format!("BEGIN; LOCK TABLE {}.members", world.acme.tenant.id.schema());
        reader.execute(sqlx::raw_sql(AssertSqlSafe(lock))).await.unwrap();
        assert!(store.delete_tenant(&world.acme.tenant).await.is_err());
        store.sweep().await.expect("the others are not held up");
        assert_eq!(check(home), (true, vec![]), "it is given an hour");
        tell(home, "UPDATE catalog.tenants SET erase_at = erase_at - interval '2 hours'").await;
        assert_eq!(check(home), (false, vec!["store.stuck".into()]));
        let found = store.weaknesses().await.unwrap();
        let said = found[0].to_string();
        assert!(said.contains("acme") && said.contains("lock timeout"), "{said}");
        reader.close().await.unwrap();
        assert_eq!(store.sweep().await.unwrap(), 1);
        assert_eq!(check(home), (true, vec![]));
        world.stage.close().await;
    }
}

#[tokio::test]
async fn workspaces_that_wait_or_failed_and_a_store_out_of_reach_are_found() {
    for kind in core_stores(&[StoreKind::Postgres]) {
        let world = World::on(kind).await;
        let home = &world.stage.home;
        assert_eq!(check(home), (true, vec![]));
        let quarantine = |why: &str| {
            format!(
                "UPDATE catalog.tenants SET quarantine = '{why}', stamp = 'old' WHERE slug = 'acme'"
            )
        };
        tell(home, &quarantine("no such column")).await;
        assert_eq!(check(home), (false, vec!["store.quarantined".into()]));
        // Only the workspace itself says whether it is behind or ahead.
        let schema = world.acme.tenant.id.schema();
        tell(home, &format!("DELETE FROM {schema}._migrations WHERE name LIKE '%invitations'"))
            .await;
        tell(home, &quarantine("")).await;
        assert_eq!(check(home), (false, vec!["store.behind".into()]));
        tell(home, "ALTER TABLE catalog.meta RENAME TO meta_away").await;
        assert_eq!(check(home), (false, vec!["store.unreachable".into()]));
        tell(home, "ALTER TABLE catalog.meta_away RENAME TO meta").await;
        world.stage.close().await;
    }
}
