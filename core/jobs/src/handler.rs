//! The functions that can be a job: `async fn(Payload, TenantDb)` or `async fn(Payload, Run)`.

use core_base::Result;
use core_db::TenantDb;
use futures_util::future::BoxFuture;

use crate::Run;

/// A function that does a job or listens to an event `T`; `Args` only tells the two kinds apart.
pub trait Handler<T, Args>: Clone + Send + Sync + 'static {
    /// Does it.
    fn call(&self, payload: T, run: Run) -> BoxFuture<'static, Result<()>>;
}

impl<F, Fut, T> Handler<T, (TenantDb,)> for F
where
    F: Fn(T, TenantDb) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
    T: Send + 'static,
{
    fn call(&self, payload: T, run: Run) -> BoxFuture<'static, Result<()>> {
        let work = self.clone();
        Box::pin(async move {
            let db = run.db()?.clone();
            work(payload, db).await
        })
    }
}

impl<F, Fut, T> Handler<T, (Run,)> for F
where
    F: Fn(T, Run) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
    T: Send + 'static,
{
    fn call(&self, payload: T, run: Run) -> BoxFuture<'static, Result<()>> {
        Box::pin(self(payload, run))
    }
}
