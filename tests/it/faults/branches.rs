//! Programs that do not know the same migrations: another branch, a removed app, a release taken back.

use core_base::{Error, Slug};
use core_db::{Migration, Migrations, NewTenant, Status, Step, Store, catalog::tenant};
use core_testing::{Home, StoreKind, core_stores};
use sea_orm::EntityTrait;

use super::migrate::{Ada, fill};

/// The product's migrations, and these besides, each of which makes a table of its name.
fn with(more: &[&'static str]) -> Migrations {
    let mut tenant = migrations::ALL.tenant.to_vec();
    tenant.extend(more.iter().map(|name| Migration {
        name,
        step: match *name {
            "m20261121_000003_older" => Step::Schema(|script| table(script, "older")),
            "m20991231_000001_newer" => Step::Schema(|script| table(script, "newer")),
            "m20270101_000001_ours" => Step::Schema(|script| table(script, "ours")),
            other => panic!("no table for {other}"),
        },
    }));
    tenant.sort_by_key(|migration| migration.name);
    Migrations { tenant: Vec::leak(tenant), ..migrations::ALL }
}

fn table(script: &mut core_db::Script, name: &str) {
    script.sql(format!("CREATE TABLE \"{name}\" (\"id\" integer)"));
}

async fn open(home: &Home, more: &[&'static str]) -> Store {
    Store::open(&home.config, crate::world::schema_of(with(more))).await.unwrap()
}

async fn create(store: &Store, slug: &str) -> Result<(), Error> {
    let slug = Slug::parse(slug).unwrap();
    store.create_tenant(NewTenant::new(slug.clone(), slug.to_string()), &Ada).await.map(drop)
}

async fn put_aside(store: &Store) -> usize {
    let rows = tenant::Entity::find().all(store.catalog()).await.unwrap();
    rows.iter().filter(|row| row.status == Status::Active && !row.quarantine.is_empty()).count()
}

async fn on_each(test: impl AsyncFn(&Home)) {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        eprintln!("on {kind:?}:");
        let home = Home::new(kind, &[]).await.unwrap();
        core_db::prepare(&home.config, &migrations::ALL).await.unwrap();
        fill(&home, 2).await;
        test(&home).await;
        home.close().await.unwrap();
    }
}

/// As after `make app` on a branch that was left, or without the example.
#[tokio::test]
async fn an_older_migration_that_is_not_known_hinders_nobody() {
    on_each(async |home| {
        let other = open(home, &["m20261121_000003_older"]).await;
        assert_eq!(other.migrate_tenants(&|_| {}).await.unwrap().migrated, 2);
        drop(other);
        let store = open(home, &[]).await;
        assert!(store.is_migrated().await.unwrap());
        assert!(store.newer_migrations().await.unwrap().is_empty());
        create(&store, "made-by-us").await.map_err(Error::into_anyhow).unwrap();
        drop(store);
        // The next migration of ours goes through all of them, whatever else they have.
        let store = open(home, &["m20270101_000001_ours"]).await;
        assert!(!store.is_migrated().await.unwrap());
        let report = store.migrate_tenants(&|_| {}).await.unwrap();
        assert_eq!((report.migrated, report.failed.len()), (3, 0), "{:?}", report.failed);
        assert!(store.is_migrated().await.unwrap());
        create(&store, "made-after").await.map_err(Error::into_anyhow).unwrap();
        drop(store);
        // And back again: each has its own, and the stamps of the catalogue are the tenants' own.
        let store = open(home, &["m20261121_000003_older", "m20270101_000001_ours"]).await;
        assert_eq!(store.migrate_tenants(&|_| {}).await.unwrap().migrated, 2);
        let rows = tenant::Entity::find().all(store.catalog()).await.unwrap();
        assert!(rows.iter().all(|row| row.stamp == store.current_stamp()));
    })
    .await;
}

/// A program that is older than the store changes nothing there, and what it put aside meanwhile is
/// given back by the one that knows it.
#[tokio::test]
async fn a_release_that_was_taken_back_leaves_no_workspace_shut() {
    on_each(async |home| {
        let newer = open(home, &["m20991231_000001_newer"]).await;
        assert_eq!(newer.migrate_tenants(&|_| {}).await.unwrap().migrated, 2);
        let store = open(home, &[]).await;
        assert!(store.is_migrated().await.unwrap(), "it serves them");
        assert!(matches!(create(&store, "too-early").await, Err(Error::Unavailable(_))));
        assert_eq!(store.newer_migrations().await.unwrap(), ["m20991231_000001_newer"]);
        assert!(newer.newer_migrations().await.unwrap().is_empty());
        let older = open(home, &["m20270101_000001_ours"]).await;
        let report = older.migrate_tenants(&|_| {}).await.unwrap();
        assert_eq!(report.failed.len(), 2);
        assert!(report.failed[0].1.contains("m20991231_000001_newer"), "{:?}", report.failed);
        assert_eq!(put_aside(&store).await, 2);
        // It goes on saying no, and takes none of them back.
        assert_eq!(older.migrate_tenants(&|_| {}).await.unwrap().failed.len(), 2);
        let report = newer.migrate_tenants(&|_| {}).await.unwrap();
        assert_eq!((report.released, report.failed.len()), (2, 0));
        assert_eq!(put_aside(&store).await, 0);
        assert_eq!(newer.migrate_tenants(&|_| {}).await.unwrap().released, 0);
    })
    .await;
}
