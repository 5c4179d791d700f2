//! Which stores a test runs on: `TEST_STORES` and the addresses of the servers decide.

use anyhow::Context;
use platform::App;
use url::Url;

use crate::Stage;

/// A kind of store, and the way to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// Files.
    Sqlite,
    /// PostgreSQL, directly.
    Postgres,
    /// PostgreSQL through PgBouncer in transaction mode with one server connection.
    Pooled,
}

/// Runs an app's test on SQLite, and on PostgreSQL too when `TEST_STORES` says so: `both` or
/// `postgres`.
pub async fn for_each_store(apps: impl Fn() -> Vec<App>, test: impl AsyncFn(&Stage)) {
    let kinds = match var("TEST_STORES").as_deref() {
        None | Some("sqlite") => vec![StoreKind::Sqlite],
        Some("postgres") => vec![StoreKind::Postgres],
        _ => vec![StoreKind::Sqlite, StoreKind::Postgres],
    };
    each(&kinds, apps, test).await;
}

/// Runs a test of the core on SQLite, on PostgreSQL and on PostgreSQL behind PgBouncer. Without
/// servers it says so and goes on; in CI that is a failure.
pub async fn for_each_way(apps: impl Fn() -> Vec<App>, test: impl AsyncFn(&Stage)) {
    let kinds = core_stores(&[StoreKind::Sqlite, StoreKind::Postgres, StoreKind::Pooled]);
    each(&kinds, apps, test).await;
}

/// Those of `wanted` that this run has: all of them in CI, without servers only SQLite.
pub fn core_stores(wanted: &[StoreKind]) -> Vec<StoreKind> {
    let only = var("TEST_STORES");
    let allowed = |kind: &StoreKind| match (only.as_deref(), kind) {
        (Some("sqlite"), kind) => *kind == StoreKind::Sqlite,
        (Some("postgres"), kind) => *kind != StoreKind::Sqlite,
        _ => true,
    };
    let available = |kind: &StoreKind| {
        let name = match kind {
            StoreKind::Sqlite => return true,
            StoreKind::Postgres => "TEST_DATABASE_URL",
            StoreKind::Pooled => "TEST_PGBOUNCER_URL",
        };
        if var(name).is_some() {
            return true;
        }
        assert!(var("CI").is_none(), "{name} is not set: run infra/ci/services.sh start");
        eprintln!("skipped on {kind:?}: {name} is not set (infra/ci/services.sh start, then env)");
        false
    };
    wanted.iter().copied().filter(allowed).filter(available).collect()
}

async fn each(kinds: &[StoreKind], apps: impl Fn() -> Vec<App>, test: impl AsyncFn(&Stage)) {
    for kind in kinds {
        eprintln!("on {kind:?}:");
        let stage = Stage::on(*kind, apps()).await;
        test(&stage).await;
        stage.close().await;
    }
}

/// The address of a test server.
pub(crate) fn server(name: &str) -> anyhow::Result<Url> {
    let text = var(name).with_context(|| format!("{name} is not set: infra/ci/services.sh env"))?;
    Ok(Url::parse(&text)?)
}

fn var(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
