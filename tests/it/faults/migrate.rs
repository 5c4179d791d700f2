//! `kill -9` of `migrate` over many tenants, release after release.

use core_access::{NewMember, Role, add_member};
use core_base::{Slug, UserId};
use core_db::{NewTenant, Store, TenantCreation, TenantDb, catalog::tenant, stamp};
use core_testing::{Home, StoreKind, core_stores};
use sea_orm::EntityTrait;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};

use super::program::{fleet, kill_after, run, wait_for_the_dead};
use crate::random::Random;

const TENANTS: usize = 300;
const RUNS: usize = 20;

/// What a tenant says of itself: its stamp, its migrations, its columns, its member's name.
struct Seen {
    stamp: String,
    migrations: Vec<String>,
    columns: Vec<String>,
    name: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_while_three_hundred_workspaces_migrate_lose_nothing() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        eprintln!("on {kind:?}:");
        let home = Home::new(kind, &[]).await.unwrap();
        core_db::prepare(&home.config, &migrations::ALL).await.unwrap();
        fill(&home, TENANTS).await;
        wait_for_the_dead(&home).await;
        let mut random = Random::new();
        let usual = run(fleet(), &home, &["1"]);
        let mut interrupted = 0;
        for round in 2..RUNS + 2 {
            let release = round.to_string();
            let wait = random.while_below(usual);
            kill_after(fleet(), &home, &[&release], wait);
            wait_for_the_dead(&home).await;
            let when = format!("release {release}, killed after {wait:?} of {usual:?}");
            let done = count_whole(&home, round, &when).await;
            interrupted += usize::from(done > 0 && done < TENANTS);
            run(fleet(), &home, &[&release]);
            assert_eq!(count_whole(&home, round, &when).await, TENANTS, "{when}, and again");
            assert_catalogue_agrees(&home, &when).await;
        }
        eprintln!("{interrupted} of {RUNS} kills came between the first tenant and the last");
        assert!(interrupted > 0, "no kill came in the middle");
        home.close().await.unwrap();
    }
}

pub(super) async fn fill(home: &Home, tenants: usize) {
    let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
    for number in 0..tenants {
        let slug = Slug::parse(&format!("t{number:03}")).unwrap();
        let new = NewTenant::new(slug.clone(), slug.to_string());
        store.create_tenant(new, &Ada).await.map_err(core_base::Error::into_anyhow).unwrap();
    }
}

/// A member whom the catalogue does not know: enough for a step that rewrites members.
pub(super) struct Ada;

#[async_trait::async_trait]
impl TenantCreation for Ada {
    async fn first(&self, db: &TenantDb) -> core_base::Result<()> {
        let first = NewMember {
            user: UserId::new(),
            name: "Ada".into(),
            email: "ada@example.test".into(),
            role: Role::Owner.into(),
        };
        add_member(db, first).await.map(drop)
    }
}

/// Each tenant is wholly before the release or wholly after it. Counts those after.
async fn count_whole(home: &Home, release: usize, when: &str) -> usize {
    let mut after = 0;
    for (slug, seen) in look(home).await {
        let names = seen.migrations.iter().map(String::as_str);
        assert_eq!(seen.stamp, stamp(names), "{when}: {slug}: stamp and migrations");
        let marks = seen.name.matches('+').count();
        let columns = seen.columns.iter().filter(|name| name.starts_with("later_")).count();
        let steps = seen.migrations.iter().filter(|name| name.starts_with("m2999")).count();
        assert_eq!(
            (columns, steps),
            (marks, 2 * marks),
            "{when}: {slug}: columns, steps and marks"
        );
        assert!(marks == release || marks + 1 == release, "{when}: {slug} is at {marks}");
        after += usize::from(marks == release);
    }
    after
}

async fn assert_catalogue_agrees(home: &Home, when: &str) {
    let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
    let rows = tenant::Entity::find().all(store.catalog()).await.unwrap();
    let seen = look(home).await;
    for row in rows {
        let (_, seen) = seen.iter().find(|(slug, _)| *slug == row.slug).unwrap();
        assert_eq!(
            (&row.stamp, row.quarantine.as_str()),
            (&seen.stamp, ""),
            "{when}: {}",
            row.slug
        );
    }
}

/// Sends a query and gives the first column of all rows; the two drivers have no common row.
macro_rules! texts {
    ($connection:expr, $sql:expr) => {{
        let sql = sqlx::raw_sql(AssertSqlSafe($sql.to_owned()));
        let rows = $connection.fetch_all(sql).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect::<Vec<String>>()
    }};
}

macro_rules! see {
    ($connection:expr, $prefix:expr, $columns:expr) => {{
        let prefix: &str = $prefix;
        Seen {
            stamp: texts!($connection, format!("SELECT stamp FROM {prefix}_meta")).remove(0),
            migrations: texts!($connection, format!("SELECT name FROM {prefix}_migrations")),
            columns: texts!($connection, $columns),
            name: texts!($connection, format!("SELECT name FROM {prefix}members")).remove(0),
        }
    }};
}

async fn look(home: &Home) -> Vec<(String, Seen)> {
    let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
    let rows = tenant::Entity::find().all(store.catalog()).await.unwrap();
    assert_eq!(rows.len(), TENANTS);
    let mut seen = vec![];
    let mut server = match &home.owner {
        Some(owner) => Some(PgConnection::connect(owner.as_str()).await.unwrap()),
        None => None,
    };
    for row in rows {
        let schema = row.id.schema();
        let found = match &mut server {
            Some(server) => {
                let columns = format!(
                    "SELECT attname::text FROM pg_attribute WHERE attrelid = '{schema}.members'::regclass
                     AND attnum > 0"
                );
                see!(server, &format!("{schema}."), &columns)
            }
            None => {
                let path = home.config.data_dir.join("tenants").join(format!("{schema}.db"));
                let url = format!("sqlite://{}", path.display());
                let mut file = SqliteConnection::connect(&url).await.unwrap();
                let found = see!(file, "", "SELECT name FROM pragma_table_info('members')");
                file.close().await.unwrap();
                found
            }
        };
        seen.push((row.slug, found));
    }
    if let Some(server) = server {
        server.close().await.unwrap();
    }
    seen
}
