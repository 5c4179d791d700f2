//! The stage: apps, registry, stack and store as in the running program, without a socket.

use std::sync::{Arc, OnceLock, atomic::AtomicU32};

use axum::Router;
use core_base::{Config, config::Reader};
use core_db::{Migration, Migrations, Store, TenantDb};
use core_http::{Route, Services};
use core_jobs::{Jobs, Worker};
use platform::{App, Registry};
use tokio::task::JoinHandle;

use crate::{Home, StoreKind, Workspace};

/// Of a test program that has a table of its own.
static MORE: OnceLock<Migrations> = OnceLock::new();

/// Takes the workspaces of every later stage of this test program through `more` as well, after all that
/// the product has: for a crate whose table is no part of the product.
pub fn migrate_too(more: &[Migration]) {
    let tenant = || [migrations::ALL.tenant, more].concat().leak();
    MORE.get_or_init(|| Migrations { tenant: tenant(), ..migrations::ALL });
}

/// The same for the catalogue. A test program does one or the other.
pub fn migrate_catalog_too(more: &[Migration]) {
    let catalog = || [migrations::ALL.catalog, more].concat().leak();
    MORE.get_or_init(|| Migrations { catalog: catalog(), ..migrations::ALL });
}

fn migrations() -> Migrations {
    MORE.get().copied().unwrap_or(migrations::ALL)
}

/// A whole site in process.
pub struct Stage {
    /// The store.
    pub store: Store,
    /// What every request may need.
    pub core: Arc<Services>,
    /// Every route of every app.
    pub routes: Vec<Route>,
    /// What its workers know.
    pub jobs: Arc<Jobs>,
    /// What it runs on.
    pub kind: StoreKind,
    /// Where its data lives.
    pub home: Home,
    /// What answers.
    pub router: Router,
    /// What it is made of.
    pub registry: Arc<Registry>,
    pub(crate) people: AtomicU32,
    looking: JoinHandle<()>,
}

impl Stage {
    /// On SQLite.
    pub async fn new(apps: Vec<App>) -> Self {
        Self::on(StoreKind::Sqlite, apps).await
    }

    /// On a store of this kind.
    pub async fn on(kind: StoreKind, apps: Vec<App>) -> Self {
        Self::with(kind, apps, &[]).await
    }

    /// A stage with settings of the test's own: `[("DATABASE_CONNECTIONS", "1")]`.
    pub async fn with(kind: StoreKind, apps: Vec<App>, vars: &[(&str, &str)]) -> Self {
        Self::build(kind, apps, vars).await.expect("the stage can be built")
    }

    async fn build(kind: StoreKind, apps: Vec<App>, vars: &[(&str, &str)]) -> anyhow::Result<Self> {
        let home = Home::new(kind, vars).await?;
        let mut env = Reader::from_vars(home.vars.clone());
        Config::of(&mut env);
        let registry = Registry::new(apps, &mut env).map_err(|problems| {
            let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
            anyhow::anyhow!("the apps do not fit together:\n{}", lines.join("\n"))
        })?;
        env.finish()?;
        core_db::prepare(&home.config, &migrations()).await?;
        let registry = Arc::new(registry);
        let store = Store::open(&home.config, registry.schema(migrations())).await?;
        store.changes().poll().await?;
        let looking = tokio::spawn(store.changes().clone().run());
        let (routes, jobs) = (registry.routes.clone(), registry.jobs(&home.config));
        let (router, core) = registry.mount(home.config.clone(), store.clone());
        let people = AtomicU32::new(0);
        Ok(Self { store, core, routes, jobs, kind, home, router, registry, people, looking })
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.home.config
    }

    /// The same data as another process has it, with copies of its own. The test keeps looking at the
    /// changes: `store.changes().clone().run()`.
    pub async fn other_process(&self) -> Store {
        Store::open(self.config(), self.registry.schema(migrations()))
            .await
            .expect("the store can be opened twice")
    }

    /// One unit of work for a tenant, kept when it succeeds.
    pub async fn write_in<T, F, Fut>(&self, workspace: &Workspace, work: F) -> T
    where
        F: FnOnce(TenantDb) -> Fut,
        Fut: Future<Output = core_base::Result<T>>,
    {
        let done = self.store.write_in(workspace.tenant.clone(), work).await;
        done.map_err(core_base::Error::into_anyhow).expect("the work succeeds")
    }

    /// Does all that was left to be done and is due. Returns how many jobs were begun.
    pub async fn run_jobs(&self) -> usize {
        let done = Worker::until_idle(&self.store, &self.jobs).await;
        done.map_err(core_base::Error::into_anyhow).expect("the queue can be worked on")
    }

    /// Does what was left to be done so far, and not what follows from it. Returns how many jobs were begun.
    pub async fn run_round(&self) -> usize {
        let done = Worker::round(&self.store, &self.jobs).await;
        done.map_err(core_base::Error::into_anyhow).expect("the queue can be worked on")
    }

    /// Takes everything away: call it last. After a panic the next run clears up.
    pub async fn close(self) {
        self.looking.abort();
        // Only then is its connection gone, and a database can't be dropped before.
        let _ = self.looking.await;
        drop((self.store, self.core, self.router, self.registry));
        self.home.close().await.expect("the test's database can be dropped");
    }
}
