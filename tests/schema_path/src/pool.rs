//! A pool of eight connections for one way, and the load on it.

use crate::{
    cpu,
    request::{self, Tenant},
    way::Way,
};
use anyhow::{Context, Result, bail, ensure};
use sqlx::{
    ConnectOptions, Executor, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions, PgSslMode},
};
use std::{
    iter,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};
use tokio::task::JoinSet;

/// Connections of a pool, and requests in flight.
pub const CONNECTIONS: usize = 8;

/// One database with its tenants.
pub struct Database {
    /// Its name.
    pub name: &'static str,
    /// Its tenants.
    pub tenants: Vec<Tenant>,
    /// How many projects each of them has.
    pub projects: i64,
}

/// The order in which tenants come.
#[derive(Clone, Copy, PartialEq)]
pub enum Order {
    /// One after another, over all requests.
    InTurn,
    /// Each equally likely.
    Random,
    /// Four requests in five go to one tenant in ten.
    Skewed,
}

/// A way with its open connections.
pub struct Lane {
    /// The way.
    pub way: Way,
    pool: PgPool,
    database: Arc<Database>,
    /// Every lane goes through the tenants by itself, from round to round.
    turn: Arc<AtomicUsize>,
}

impl Lane {
    /// Connects; `port` is PostgreSQL's or PgBouncer's.
    pub async fn open(way: Way, database: &Arc<Database>, port: u16) -> Result<Self> {
        let login = if way.is_bare() { "bare" } else { "cell" };
        let options = PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(port)
            .ssl_mode(PgSslMode::Disable)
            .username(&format!("{login}_{}", database.tenants.len()))
            .database(database.name)
            .statement_cache_capacity(way.cache.unwrap_or(0))
            .disable_statement_logging();
        let mut pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS as u32)
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None);
        if way.cleaning {
            pool = pool.after_release(|connection, _| {
                Box::pin(async move {
                    connection.execute("ROLLBACK; RESET ROLE; RESET ALL").await?;
                    Ok(true)
                })
            });
        }
        let pool = pool.connect_with(options).await?;
        Ok(Self { way, pool, database: Arc::clone(database), turn: Arc::default() })
    }

    /// Lets every connection serve every tenant as often as its plans need to settle.
    pub async fn warm_up(&self) -> Result<()> {
        // PostgreSQL plans a named statement anew five times before it may keep a general plan.
        let keeps_all = self.way.cache.is_some_and(|size| size >= 2 * self.database.tenants.len());
        let visits = if keeps_all { 6 } else { 1 };
        let mut workers = JoinSet::new();
        for _ in 0..CONNECTIONS {
            let (way, database) = (self.way.clone(), Arc::clone(&self.database));
            let mut connection = self.pool.acquire().await?;
            workers.spawn(async move {
                for tenant in iter::repeat_n(&database.tenants, visits).flatten() {
                    request::serve_on(&mut connection, &way, tenant, database.projects).await?;
                }
                anyhow::Ok(())
            });
        }
        while let Some(done) = workers.join_next().await {
            done??;
        }
        Ok(())
    }

    /// Private memory of the pool's backends, on average.
    pub async fn memory(&self) -> Result<u64> {
        let mut connections = Vec::new();
        let mut sum = 0;
        for _ in 0..CONNECTIONS {
            let mut connection = self.pool.acquire().await?;
            let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
                .persistent(false)
                .fetch_one(&mut *connection)
                .await?;
            sum += cpu::private_memory(pid as u32).context("the backend has ended")?;
            connections.push(connection);
        }
        Ok(sum / CONNECTIONS as u64)
    }

    /// Fails unless the restricted login is refused without a role and with another tenant's.
    pub async fn check_isolation(&self) -> Result<()> {
        let [one, two, ..] = &self.database.tenants[..] else { bail!("two tenants are needed") };
        ensure!(request::is_refused(&self.pool, one, None).await?, "read without a role");
        ensure!(request::is_refused(&self.pool, one, Some(two)).await?, "read a stranger's rows");
        ensure!(!request::is_refused(&self.pool, one, Some(one)).await?, "could not read its own");
        Ok(())
    }

    /// Serves requests until the given time; says how many.
    pub async fn run(&self, until: Instant, order: Order) -> Result<u64> {
        let mut workers = JoinSet::new();
        for seed in 0..CONNECTIONS {
            let (pool, way) = (self.pool.clone(), self.way.clone());
            let (database, turn) = (Arc::clone(&self.database), Arc::clone(&self.turn));
            workers.spawn(async move {
                let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ (seed as u64 + 1) << 17);
                let mut served = 0;
                while Instant::now() < until {
                    let turn = turn.fetch_add(1, Ordering::Relaxed);
                    let tenant = &database.tenants[dice.pick(order, turn, database.tenants.len())];
                    request::serve(&pool, &way, tenant, database.projects).await?;
                    served += 1;
                }
                anyhow::Ok(served)
            });
        }
        let mut sum = 0;
        while let Some(served) = workers.join_next().await {
            sum += served??;
        }
        Ok(sum)
    }
}

/// A small generator of random numbers (xorshift), the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    fn pick(&mut self, order: Order, turn: usize, tenants: usize) -> usize {
        match order {
            Order::InTurn => turn % tenants,
            Order::Skewed if self.below(5) > 0 => self.below(tenants / 10),
            Order::Random | Order::Skewed => self.below(tenants),
        }
    }
}
