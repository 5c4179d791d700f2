//! A unique constraint that was hit is something a person can fix: it becomes an answer on the form.

use async_trait::async_trait;
use sea_orm::DbErr;

use crate::{catalog_db::CatalogTx, tenant_db::TenantDb, tx::Savepoint, violation::violates};

/// A transaction of which a part can be taken back alone.
#[async_trait]
pub trait Savepoints: Sync {
    /// Sets a savepoint.
    async fn mark(&self) -> Result<Savepoint, DbErr>;
    /// Keeps what was done since the savepoint.
    async fn pass(&self, mark: &Savepoint) -> Result<(), DbErr>;
    /// Takes back what was done since the savepoint, and what failed with it.
    async fn back_to(&self, mark: &Savepoint) -> Result<(), DbErr>;
}

macro_rules! savepoint {
    ($($db:ty),*) => {$(
        #[async_trait]
        impl Savepoints for $db {
            async fn mark(&self) -> Result<Savepoint, DbErr> {
                self.tx().await?.mark().await
            }
            async fn pass(&self, mark: &Savepoint) -> Result<(), DbErr> {
                self.tx().await?.pass(mark);
                Ok(())
            }
            async fn back_to(&self, mark: &Savepoint) -> Result<(), DbErr> {
                self.tx().await?.back_to(mark).await
            }
        }
    )*};
}
savepoint!(TenantDb, CatalogTx);

/// A write that may hit a unique index: `db.insert(row).on_unique(&db, "rows_name_key", || Taken)`.
pub trait OnUnique<T>: Future<Output = Result<T, DbErr>> + Send + Sized {
    /// Does the write behind a savepoint of `db`, its own transaction. Where it violates the index, it
    /// is taken back alone and `answer` says what to show: the transaction can ask and write further
    /// and be kept. Every other error is passed on. On PostgreSQL the savepoint is a round trip.
    fn on_unique<A: Send>(
        self,
        db: &impl Savepoints,
        index: &str,
        answer: impl FnOnce() -> A + Send,
    ) -> impl Future<Output = Result<Result<T, A>, DbErr>> + Send
    where
        T: Send,
    {
        async move {
            let mark = db.mark().await?;
            match self.await {
                Ok(value) => {
                    db.pass(&mark).await?;
                    Ok(Ok(value))
                }
                Err(error) if violates(&error, index) => {
                    db.back_to(&mark).await?;
                    Ok(Err(answer()))
                }
                Err(error) => Err(error),
            }
        }
    }
}

impl<T, F: Future<Output = Result<T, DbErr>> + Send> OnUnique<T> for F {}
