//! A pool of connections that takes back only what is known to be clean.
//!
//! sqlx's own pool sends a round trip on every release and can hand on an open transaction when a
//! `begin` is cancelled. Here a lease says whether its last transaction ended for sure; one that
//! did not is scrubbed in the background, or closed when that fails.

use std::{
    collections::HashSet,
    future::Future,
    ops::{Deref, DerefMut},
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use core_base::TenantId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::pool_usage::PoolUsage;

/// How long a request waits for a connection before it is told to come back.
const ACQUIRE: Duration = Duration::from_secs(2);
/// A backend never frees what it cached of the tenants it served: replace it now and then.
const LIFETIME: Duration = Duration::from_mins(15);
/// A connection idle for longer is asked whether it still lives.
const DOZE: Duration = Duration::from_secs(30);
const SCRUB: Duration = Duration::from_secs(2);

pub(crate) type Work<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A connection as the pool sees it.
pub(crate) trait Link: Send + 'static {
    /// Undoes whatever the last borrower left; `Err` when that can't be told for sure.
    fn scrub(&mut self) -> Work<'_, Result<(), sqlx::Error>>;
    /// Does the other end still answer?
    fn ping_link(&mut self) -> Work<'_, Result<(), sqlx::Error>>;
}

type Connect<C> = Box<dyn Fn() -> Work<'static, Result<C, sqlx::Error>> + Send + Sync>;

/// What is known of a connection for as long as it lives.
struct ConnectionStats {
    born: Instant,
    /// Whom it served: a backend keeps what it cached of each.
    tenants: Mutex<HashSet<TenantId>>,
}

struct Idle<C> {
    link: C,
    life: Arc<ConnectionStats>,
    since: Instant,
}

struct Inner<C> {
    idle: Mutex<Vec<Idle<C>>>,
    permits: Arc<Semaphore>,
    size: usize,
    connect: Connect<C>,
    lives: Mutex<Vec<Weak<ConnectionStats>>>,
    waiting: AtomicUsize,
    timeouts: AtomicU64,
}

impl ConnectionStats {
    fn tenants(&self) -> std::sync::MutexGuard<'_, HashSet<TenantId>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts who stands in line, also when they give up and leave.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn in_line(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// At most `size` connections, opened when needed.
pub(crate) struct Pool<C>(Arc<Inner<C>>);

impl<C> Clone for Pool<C> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<C: Link> Pool<C> {
    pub(crate) fn new<F, Fut>(size: usize, connect: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<C, sqlx::Error>> + Send + 'static,
    {
        Self::in_line(&Arc::new(Semaphore::new(size)), size, connect)
    }

    /// As [`Pool::new`], where all pools with the same `permits` stand in one line: so many connections
    /// are lent at a time from all of them together.
    pub(crate) fn in_line<F, Fut>(permits: &Arc<Semaphore>, size: usize, connect: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<C, sqlx::Error>> + Send + 'static,
    {
        Self(Arc::new(Inner {
            idle: Mutex::new(Vec::with_capacity(size)),
            permits: permits.clone(),
            size,
            connect: Box::new(move || Box::pin(connect())),
            lives: Mutex::default(),
            waiting: AtomicUsize::new(0),
            timeouts: AtomicU64::new(0),
        }))
    }

    /// A connection, clean until the borrower says otherwise. `PoolTimedOut` after two seconds.
    pub(crate) async fn acquire(&self) -> Result<Lease<C>, sqlx::Error> {
        let permit = match self.0.permits.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => self.wait().await?,
        };
        while let Some(mut idle) = self.pop() {
            let fresh = idle.life.born.elapsed() < LIFETIME;
            if fresh && (idle.since.elapsed() < DOZE || idle.link.ping_link().await.is_ok()) {
                return Ok(self.lease(idle.link, idle.life, permit));
            }
        }
        let link = tokio::time::timeout(ACQUIRE * 2, (self.0.connect)())
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)??;
        Ok(self.lease(link, self.new_life(), permit))
    }

    async fn wait(&self) -> Result<OwnedSemaphorePermit, sqlx::Error> {
        let _waiting = Waiting::in_line(&self.0.waiting);
        let permit = tokio::time::timeout(ACQUIRE, self.0.permits.clone().acquire_owned()).await;
        let permit = permit.map_err(|_| {
            self.0.timeouts.fetch_add(1, Ordering::Relaxed);
            sqlx::Error::PoolTimedOut
        })?;
        permit.map_err(|_| sqlx::Error::PoolClosed)
    }

    /// How it is used right now.
    pub(crate) fn usage(&self) -> PoolUsage {
        let lives: Vec<_> = self.lives().iter().filter_map(Weak::upgrade).collect();
        let served = lives.iter().map(|life| life.tenants().len());
        PoolUsage {
            size: self.0.size,
            open: lives.len(),
            idle: self.idle().len(),
            waiting: self.0.waiting.load(Ordering::Relaxed),
            timeouts: self.0.timeouts.load(Ordering::Relaxed),
            most_tenants: served.max().unwrap_or(0),
        }
    }

    fn new_life(&self) -> Arc<ConnectionStats> {
        let life = Arc::new(ConnectionStats { born: Instant::now(), tenants: Mutex::default() });
        let mut lives = self.lives();
        lives.retain(|life| life.strong_count() > 0);
        lives.push(Arc::downgrade(&life));
        life
    }

    /// Throws away what is idle: the server went away, and all of them with it.
    pub(crate) fn forget_idle(&self) {
        self.idle().clear();
    }

    fn lease(&self, link: C, life: Arc<ConnectionStats>, permit: OwnedSemaphorePermit) -> Lease<C> {
        Lease { body: Some((link, permit)), life, clean: true, pool: self.clone() }
    }

    fn pop(&self) -> Option<Idle<C>> {
        self.idle().pop()
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Idle<C>>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lives(&self) -> std::sync::MutexGuard<'_, Vec<Weak<ConnectionStats>>> {
        self.0.lives.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, link: C, life: Arc<ConnectionStats>, permit: OwnedSemaphorePermit) {
        self.idle().push(Idle { link, life, since: Instant::now() });
        drop(permit);
    }
}

/// A borrowed connection. Goes back to the pool on drop, by way of a scrub unless it is clean.
pub(crate) struct Lease<C: Link> {
    body: Option<(C, OwnedSemaphorePermit)>,
    life: Arc<ConnectionStats>,
    clean: bool,
    pool: Pool<C>,
}

impl<C: Link> Lease<C> {
    /// From here on something is open on the connection.
    pub(crate) fn mark_dirty(&mut self) {
        self.clean = false;
    }

    /// It works for this tenant now.
    pub(crate) fn serve(&self, tenant: TenantId) {
        self.life.tenants().insert(tenant);
    }

    /// Takes the connection out of the pool for good, to close it and wait for that.
    pub(crate) fn into_link(mut self) -> C {
        self.body.take().expect("only drop takes it").0
    }

    /// The end of what was open has been confirmed by the other side.
    pub(crate) fn mark_clean(&mut self) {
        self.clean = true;
    }
}

impl<C: Link> Deref for Lease<C> {
    type Target = C;
    fn deref(&self) -> &C {
        &self.body.as_ref().expect("only drop takes it").0
    }
}

impl<C: Link> DerefMut for Lease<C> {
    fn deref_mut(&mut self) -> &mut C {
        &mut self.body.as_mut().expect("only drop takes it").0
    }
}

impl<C: Link> Drop for Lease<C> {
    fn drop(&mut self) {
        let Some((mut link, permit)) = self.body.take() else { return };
        if self.clean {
            return self.pool.put(link, self.life.clone(), permit);
        }
        let (pool, life) = (self.pool.clone(), self.life.clone());
        // Without a runtime the connection is simply closed, which undoes everything too.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Ok(Ok(())) = tokio::time::timeout(SCRUB, link.scrub()).await {
                    pool.put(link, life, permit);
                }
            });
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use tokio::sync::Semaphore;

    use super::{Link, Pool, Work};

    static OPENED: AtomicUsize = AtomicUsize::new(0);

    #[derive(Default)]
    struct Fake {
        scrubs: usize,
        breaks: bool,
    }

    impl Link for Fake {
        fn scrub(&mut self) -> Work<'_, Result<(), sqlx::Error>> {
            self.scrubs += 1;
            let broken = self.breaks;
            Box::pin(async move { if broken { Err(sqlx::Error::PoolClosed) } else { Ok(()) } })
        }
        fn ping_link(&mut self) -> Work<'_, Result<(), sqlx::Error>> {
            Box::pin(async { Ok(()) })
        }
    }

    #[tokio::test]
    async fn a_clean_lease_returns_as_it_is_a_soiled_one_scrubbed_a_broken_one_not() {
        let pool = Pool::new(1, || async {
            OPENED.fetch_add(1, Ordering::SeqCst);
            Ok(Fake { scrubs: 0, breaks: false })
        });
        drop(pool.acquire().await.unwrap());
        let mut lease = pool.acquire().await.unwrap();
        assert_eq!((lease.scrubs, OPENED.load(Ordering::SeqCst)), (0, 1));
        lease.mark_dirty();
        drop(lease);
        let mut lease = pool.acquire().await.unwrap();
        assert_eq!((lease.scrubs, OPENED.load(Ordering::SeqCst)), (1, 1));
        lease.mark_dirty();
        lease.breaks = true;
        drop(lease);
        let lease = pool.acquire().await.unwrap();
        assert_eq!((lease.scrubs, OPENED.load(Ordering::SeqCst)), (0, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn pools_in_one_line_lend_so_many_together_and_keep_their_own_connections() {
        let (line, connect) = (Arc::new(Semaphore::new(1)), || async { Ok(Fake::default()) });
        let (one, other) = (Pool::in_line(&line, 1, connect), Pool::in_line(&line, 1, connect));
        let mut lease = one.acquire().await.unwrap();
        assert!(matches!(other.acquire().await.err(), Some(sqlx::Error::PoolTimedOut)));
        assert_eq!((one.usage().timeouts, other.usage().timeouts), (0, 1));
        lease.mark_dirty();
        drop(lease);
        drop(other.acquire().await.unwrap());
        assert_eq!((one.usage().idle, other.usage().idle), (1, 1));
        assert_eq!(one.acquire().await.unwrap().scrubs, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_pool_says_so_after_two_seconds() {
        let pool = Pool::new(1, || async { Ok(Fake { scrubs: 0, breaks: false }) });
        let lease = pool.acquire().await.unwrap();
        assert!(matches!(pool.acquire().await.err(), Some(sqlx::Error::PoolTimedOut)));
        let usage = pool.usage();
        assert_eq!((usage.open, usage.idle, usage.waiting, usage.timeouts), (1, 0, 0, 1));
        drop(lease);
        assert!(pool.acquire().await.is_ok());
        assert_eq!(pool.usage().idle, 1);
    }
}
