//! What must hold between the catalogue, schemas, roles, files and members once a site has started.

use std::collections::BTreeSet;

use core_access::entity::{member, membership};
use core_db::{Mode, Status, Store, catalog::tenant};
use core_testing::Home;
use sea_orm::EntityTrait;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

/// Fails the test unless everything agrees. Gives the addresses of the tenants that are there.
pub(super) async fn assert_all_agrees(home: &Home, when: &str) -> BTreeSet<String> {
    let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
    let rows = tenant::Entity::find().all(store.catalog()).await.unwrap();
    let half: Vec<_> = rows
        .iter()
        .filter(|row| matches!(row.status, Status::Provisioning | Status::Deleting))
        .map(|row| &row.slug)
        .collect();
    assert!(half.is_empty(), "{when}: half made or half erased: {half:?}");
    let there: Vec<_> = rows.into_iter().filter(|row| row.status != Status::Deleted).collect();
    let schemas: BTreeSet<_> = there.iter().map(|row| row.id.schema()).collect();
    match &home.owner {
        Some(_) => assert_database_agrees(home, &schemas, when).await,
        None => assert_files_agree(home, &schemas, when),
    }
    let known = membership::Entity::find().all(store.catalog()).await.unwrap();
    for row in &there {
        assert_members_agree(&store, row, &known, when).await;
    }
    there.into_iter().map(|row| row.slug).collect()
}

async fn assert_database_agrees(home: &Home, schemas: &BTreeSet<String>, when: &str) {
    let mut connection =
        PgConnection::connect(home.owner.as_ref().unwrap().as_str()).await.unwrap();
    let installation =
        ask(&mut connection, "SELECT value FROM catalog.meta WHERE name = 'installation'").await;
    let prefix = format!("{}_t_", installation.first().unwrap());
    let found =
        ask(&mut connection, "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 't_')")
            .await;
    assert_eq!(&found, schemas, "{when}: schemas and tenants");
    let roles = |sql: &str| sql.replace("PREFIX", &prefix);
    let sql = roles(
        "SELECT replace(rolname, 'PREFIX', 't_') FROM pg_roles WHERE starts_with(rolname, 'PREFIX')",
    );
    assert_eq!(&ask(&mut connection, &sql).await, schemas, "{when}: roles and tenants");
    let sql = roles(
        "SELECT replace(r.rolname, 'PREFIX', 't_') FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
         WHERE starts_with(r.rolname, 'PREFIX')",
    );
    assert_eq!(&ask(&mut connection, &sql).await, schemas, "{when}: roles that a cell may take");
    connection.close().await.unwrap();
}

async fn ask(connection: &mut PgConnection, sql: &str) -> BTreeSet<String> {
    let rows = connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

fn assert_files_agree(home: &Home, schemas: &BTreeSet<String>, when: &str) {
    let names = |dir: &std::path::Path| -> BTreeSet<String> {
        let entries = std::fs::read_dir(dir).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let data = &home.config.data_dir;
    let mut files = names(&data.join("tenants"));
    // The logs of files that are open elsewhere.
    files.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    let wanted: BTreeSet<_> = schemas.iter().map(|schema| format!("{schema}.db")).collect();
    assert_eq!(files, wanted, "{when}: files and tenants");
    let odd: Vec<_> = names(data).into_iter().filter(|name| name.starts_with('.')).collect();
    assert!(odd.is_empty(), "{when}: left lying about: {odd:?}");
}

/// Who is a member has a place in the index, and nobody else.
async fn assert_members_agree(
    store: &Store,
    row: &tenant::Model,
    known: &[membership::Model],
    when: &str,
) {
    let tenant = store.tenant(row.clone());
    let db = store.tenant_db(tenant, Mode::Read).await.unwrap();
    let members = db.find::<member::Entity>().all(&db).await.unwrap();
    db.finish(false).await.map_err(core_base::Error::into_anyhow).unwrap();
    assert!(!members.is_empty(), "{when}: {} has no owner", row.slug);
    let members: BTreeSet<_> = members.into_iter().map(|member| member.user_id).collect();
    let index = known.iter().filter(|one| one.tenant_id == row.id && one.state == "active");
    let index: BTreeSet<_> = index.map(|one| one.user_id).collect();
    assert_eq!(index, members, "{when}: the people of {}", row.slug);
}
