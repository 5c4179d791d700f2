//! However a tenant came to its schema, it is the same; and entities say what stands in it.

use core_db::{CatalogTable, Migrations, NewTenant, Store};
use core_testing::{Home, StoreKind, core_stores};
use platform::Table;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};

const STORES: [StoreKind; 2] = [StoreKind::Sqlite, StoreKind::Postgres];

#[tokio::test]
async fn a_new_tenant_and_one_migrated_step_by_step_end_in_the_same_schema() {
    for kind in core_stores(&STORES) {
        let home = Home::new(kind, &[]).await.unwrap();
        let all = migrations::ALL;
        let upto = |steps| Migrations { tenant: &all.tenant[..steps], ..all };
        core_db::prepare(&home.config, &upto(0)).await.unwrap();
        let stepped = create(&open(&home, upto(0)).await, "stepped").await;
        for steps in 1..=all.tenant.len() {
            let store = open(&home, upto(steps)).await;
            let report = store.migrate_tenants(&|_| {}).await.unwrap();
            assert_eq!((report.migrated, report.failed.len()), (1, 0), "step {steps}: {report:?}");
        }
        let fresh = create(&open(&home, all).await, "fresh").await;
        let (stepped, fresh) = (dump(&home, &stepped).await, dump(&home, &fresh).await);
        assert!(fresh.len() > 10, "the dump is too small to prove anything: {fresh:#?}");
        assert_eq!(stepped, fresh, "on {kind:?}");
        home.close().await.unwrap();
    }
}

#[tokio::test]
async fn entities_have_the_columns_of_their_tables() {
    let entities = entities();
    for kind in core_stores(&STORES) {
        let home = Home::new(kind, &[]).await.unwrap();
        core_db::prepare(&home.config, &migrations::ALL).await.unwrap();
        let schema = create(&open(&home, migrations::ALL).await, "acme").await;
        for Table { name: table, columns, .. } in &entities {
            assert_eq!(
                sorted(columns),
                table_columns(&home, &schema, table).await,
                "{table} on {kind:?}"
            );
        }
        for CatalogTable { name: table, columns, .. } in &crate::world::registry().catalog_tables {
            assert_eq!(
                sorted(columns),
                table_columns(&home, "catalog", table).await,
                "{table} on {kind:?}"
            );
        }
        home.close().await.unwrap();
    }
}

/// SQLite takes anything into any column; a server does not, so types are compared there.
#[tokio::test]
async fn entities_have_the_types_of_their_tables_on_a_server() {
    if core_stores(&[StoreKind::Postgres]).is_empty() {
        return;
    }
    let home = Home::new(StoreKind::Postgres, &[]).await.unwrap();
    core_db::prepare(&home.config, &migrations::ALL).await.unwrap();
    let schema = create(&open(&home, migrations::ALL).await, "acme").await;
    let mut connection =
        PgConnection::connect(home.owner.as_ref().unwrap().as_str()).await.unwrap();
    connection.execute("CREATE SCHEMA wanted; SET search_path = wanted").await.unwrap();
    let server = core_db::DbBackend::Postgres;
    for sql in entities().iter().flat_map(|table| (table.create_table_sql)(server)) {
        let made = connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.clone()))).await;
        made.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    connection.close().await.unwrap();
    let wanted = types(&home, "wanted").await;
    assert!(wanted.len() > 30, "{wanted:#?}");
    let made = types(&home, &schema).await;
    let wrong: Vec<_> = wanted.iter().filter(|line| !made.contains(line)).collect();
    assert!(wrong.is_empty(), "entities want {wrong:#?}, the tables are {made:#?}");
    home.close().await.unwrap();
}

/// The tables of tenants, as entities say.
fn entities() -> Vec<Table> {
    let registry = crate::world::registry();
    Table::core().into_iter().chain(registry.tables).collect()
}

/// Table, column, type and whether it is never null, a line each. Texts of all lengths are alike.
async fn types(home: &Home, schema: &str) -> Vec<String> {
    let sql = format!(
        "SELECT c.relname || '.' || a.attname || ': ' ||
                replace(format_type(a.atttypid, a.atttypmod), 'character varying', 'text') ||
                CASE WHEN a.attnotnull THEN '' ELSE ', optional' END
           FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
          WHERE c.relnamespace = '{schema}'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
                AND NOT a.attisdropped ORDER BY 1"
    );
    ask_postgres(home, &sql).await
}

async fn open(home: &Home, migrations: Migrations) -> Store {
    Store::open(&home.config, crate::world::schema_of(migrations)).await.unwrap()
}

/// Makes a tenant and gives the name of its schema.
async fn create(store: &Store, slug: &str) -> String {
    let slug = core_base::Slug::parse(slug).unwrap();
    let new = NewTenant::new(slug.clone(), slug.to_string());
    let made = store.create_tenant(new, &()).await;
    made.map_err(core_base::Error::into_anyhow).unwrap().id.schema()
}

fn sorted(names: &[String]) -> Vec<String> {
    let mut names = names.to_vec();
    names.sort();
    names
}

async fn table_columns(home: &Home, schema: &str, table: &str) -> Vec<String> {
    match &home.owner {
        Some(_) => {
            let sql = format!(
                "SELECT attname::text FROM pg_attribute WHERE attrelid = '{schema}.{table}'::regclass
                 AND attnum > 0 AND NOT attisdropped ORDER BY 1"
            );
            sorted(&ask_postgres(home, &sql).await)
        }
        None => sorted(
            &ask_file(home, schema, &format!("SELECT name FROM pragma_table_info('{table}')"))
                .await,
        ),
    }
}

/// Everything that a schema consists of, a line each, without its own name in it.
async fn dump(home: &Home, schema: &str) -> Vec<String> {
    if home.owner.is_none() {
        let sql = "SELECT type || ' ' || name || ' on ' || tbl_name || ': ' || coalesce(sql, '') FROM sqlite_master
                   UNION ALL SELECT 'has ' || name FROM _migrations
                   UNION ALL SELECT 'stamp ' || stamp FROM _meta ORDER BY 1";
        return ask_file(home, schema, sql).await;
    }
    let of = format!("(SELECT oid FROM pg_namespace WHERE nspname = '{schema}')");
    let sql = format!(
        "SELECT 'column ' || relname || '.' || attname || ' ' || format_type(atttypid, atttypmod) || ' '
                || attnotnull || ' ' || coalesce(pg_get_expr(adbin, adrelid), '') || ' ' || coalesce(attacl::text, '')
           FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
           LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
          WHERE relnamespace = {of} AND relkind IN ('r', 'v', 'S') AND attnum > 0 AND NOT attisdropped
         UNION ALL SELECT 'relation ' || relname || ' ' || relkind::text || ' ' || relowner::regrole || ' ' || relpersistence::text
                || ' ' || coalesce((SELECT string_agg(acl::text, ', ' ORDER BY acl::text) FROM unnest(relacl) acl), '')
           FROM pg_class WHERE relnamespace = {of}
         UNION ALL SELECT 'index ' || pg_get_indexdef(indexrelid) FROM pg_index
           JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = {of}
         UNION ALL SELECT 'constraint ' || conname || ' on ' || conrelid::regclass || ': ' || pg_get_constraintdef(oid)
           FROM pg_constraint WHERE connamespace = {of}
         UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
          WHERE relnamespace = {of} AND NOT tgisinternal
         UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = {of}
         UNION ALL SELECT 'schema ' || nspowner::regrole || ' '
                || coalesce((SELECT string_agg(acl::text, ', ' ORDER BY acl::text) FROM unnest(nspacl) acl), '')
           FROM pg_namespace WHERE nspname = '{schema}'
         UNION ALL SELECT 'role ' || rolcanlogin || rolinherit || rolsuper || rolbypassrls || ' of ' ||
                (SELECT string_agg(member::regrole::text, ', ') FROM pg_auth_members WHERE roleid = r.oid)
           FROM pg_roles r WHERE rolname LIKE '%{schema}'
         UNION ALL SELECT 'has ' || name FROM {schema}._migrations
         UNION ALL SELECT 'stamp ' || stamp FROM {schema}._meta"
    );
    let lines = ask_postgres(home, &sql).await;
    // The role's name ends in the schema's.
    let lines: Vec<_> = lines.iter().map(|line| line.replace(schema, "TENANT")).collect();
    sorted(&lines)
}

async fn ask_postgres(home: &Home, sql: &str) -> Vec<String> {
    let mut connection =
        PgConnection::connect(home.owner.as_ref().unwrap().as_str()).await.unwrap();
    let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    let rows = connection.fetch_all(sql).await.unwrap();
    connection.close().await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn ask_file(home: &Home, schema: &str, sql: &str) -> Vec<String> {
    let data = &home.config.data_dir;
    let path = match schema {
        "catalog" => data.join("catalog.db"),
        schema => data.join("tenants").join(format!("{schema}.db")),
    };
    let url = format!("sqlite://{}", path.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    let rows = connection.fetch_all(sql).await.unwrap();
    connection.close().await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}
