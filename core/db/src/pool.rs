//! A pool of connections that takes back only what is known to be clean.
//!
//! sqlx's own pool sends a round trip on every release and can hand on an open transaction when a
//! `begin` is cancelled. Here a lease says whether its last transaction ended for sure; one that
//! did not is scrubbed in the background, or closed when that fails.

use std::{
    future::Future,
    ops::{Deref, DerefMut},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a request waits for a connection before it is told to come back.
const ACQUIRE: Duration = Duration::from_secs(2);
/// A backend never frees what it cached of the tenants it served: replace it now and then.
const LIFETIME: Duration = Duration::from_secs(15 * 60);
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

struct Idle<C> {
    link: C,
    born: Instant,
    since: Instant,
}

struct Inner<C> {
    idle: Mutex<Vec<Idle<C>>>,
    permits: Arc<Semaphore>,
    connect: Connect<C>,
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
        Self(Arc::new(Inner {
            idle: Mutex::new(Vec::with_capacity(size)),
            permits: Arc::new(Semaphore::new(size)),
            connect: Box::new(move || Box::pin(connect())),
        }))
    }

    /// A connection, clean until the borrower says otherwise. `PoolTimedOut` after two seconds.
    pub(crate) async fn acquire(&self) -> Result<Lease<C>, sqlx::Error> {
        let permit = match self.0.permits.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => tokio::time::timeout(ACQUIRE, self.0.permits.clone().acquire_owned())
                .await
                .map_err(|_| sqlx::Error::PoolTimedOut)?
                .map_err(|_| sqlx::Error::PoolClosed)?,
        };
        while let Some(mut idle) = self.pop() {
            let fresh = idle.born.elapsed() < LIFETIME;
            if fresh && (idle.since.elapsed() < DOZE || idle.link.ping_link().await.is_ok()) {
                return Ok(self.lease(idle.link, idle.born, permit));
            }
        }
        let link = tokio::time::timeout(ACQUIRE * 2, (self.0.connect)())
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)??;
        Ok(self.lease(link, Instant::now(), permit))
    }

    /// Throws away what is idle: the server went away, and all of them with it.
    pub(crate) fn forget_idle(&self) {
        self.idle().clear();
    }

    fn lease(&self, link: C, born: Instant, permit: OwnedSemaphorePermit) -> Lease<C> {
        Lease { body: Some((link, permit)), born, clean: true, pool: self.clone() }
    }

    fn pop(&self) -> Option<Idle<C>> {
        self.idle().pop()
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Idle<C>>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, link: C, born: Instant, permit: OwnedSemaphorePermit) {
        self.idle().push(Idle { link, born, since: Instant::now() });
        drop(permit);
    }
}

/// A borrowed connection. Goes back to the pool on drop, by way of a scrub unless it is clean.
pub(crate) struct Lease<C: Link> {
    body: Option<(C, OwnedSemaphorePermit)>,
    born: Instant,
    clean: bool,
    pool: Pool<C>,
}

impl<C: Link> Lease<C> {
    /// From here on something is open on the connection.
    pub(crate) fn soil(&mut self) {
        self.clean = false;
    }

    /// Takes the connection out of the pool for good, to close it and wait for that.
    pub(crate) fn into_link(mut self) -> C {
        self.body.take().expect("only drop takes it").0
    }

    /// The end of what was open has been confirmed by the other side.
    pub(crate) fn confirm_clean(&mut self) {
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
            return self.pool.put(link, self.born, permit);
        }
        let (pool, born) = (self.pool.clone(), self.born);
        // Without a runtime the connection is simply closed, which undoes everything too.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Ok(Ok(())) = tokio::time::timeout(SCRUB, link.scrub()).await {
                    pool.put(link, born, permit);
                }
            });
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{Link, Pool, Work};

    static OPENED: AtomicUsize = AtomicUsize::new(0);

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
        lease.soil();
        drop(lease);
        let mut lease = pool.acquire().await.unwrap();
        assert_eq!((lease.scrubs, OPENED.load(Ordering::SeqCst)), (1, 1));
        lease.soil();
        lease.breaks = true;
        drop(lease);
        let lease = pool.acquire().await.unwrap();
        assert_eq!((lease.scrubs, OPENED.load(Ordering::SeqCst)), (0, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_pool_says_so_after_two_seconds() {
        let pool = Pool::new(1, || async { Ok(Fake { scrubs: 0, breaks: false }) });
        let lease = pool.acquire().await.unwrap();
        assert!(matches!(pool.acquire().await.err(), Some(sqlx::Error::PoolTimedOut)));
        drop(lease);
        assert!(pool.acquire().await.is_ok());
    }
}
