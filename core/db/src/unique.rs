//! A violated unique constraint is something a person can fix: it becomes an answer on the form.

use async_trait::async_trait;
use sea_orm::DbErr;

use crate::{
    catalog_db::CatalogTx, tenant_db::TenantDb, trail::Recorded, tx::Savepoint, violation::violates,
};

/// A transaction of which a part can be rolled back alone.
#[async_trait]
pub trait Savepoints: Sync {
    /// Sets a savepoint.
    async fn savepoint(&self) -> Result<Savepoint, DbErr>;
    /// Keeps what was done since the savepoint, and drops the savepoint.
    async fn release(&self, savepoint: &Savepoint) -> Result<(), DbErr>;
    /// Rolls back to the savepoint; a statement that failed since then no longer matters.
    async fn rollback_to(&self, savepoint: &Savepoint) -> Result<(), DbErr>;
}

#[async_trait]
impl Savepoints for TenantDb {
    async fn savepoint(&self) -> Result<Savepoint, DbErr> {
        let mut savepoint = self.tx().await?.savepoint().await?;
        savepoint.pending = self.recorder().pending().mark();
        Ok(savepoint)
    }
    async fn release(&self, savepoint: &Savepoint) -> Result<(), DbErr> {
        self.recorder().pending().release();
        self.tx().await?.release(savepoint);
        Ok(())
    }
    async fn rollback_to(&self, savepoint: &Savepoint) -> Result<(), DbErr> {
        self.recorder().pending().back_to(savepoint.pending);
        self.tx().await?.rollback_to(savepoint).await
    }
}

#[async_trait]
impl Savepoints for CatalogTx {
    async fn savepoint(&self) -> Result<Savepoint, DbErr> {
        let mut savepoint = self.tx().await?.savepoint().await?;
        savepoint.pending = self.recorder().pending().mark();
        Ok(savepoint)
    }
    async fn release(&self, savepoint: &Savepoint) -> Result<(), DbErr> {
        self.recorder().pending().release();
        self.tx().await?.release(savepoint);
        Ok(())
    }
    async fn rollback_to(&self, savepoint: &Savepoint) -> Result<(), DbErr> {
        self.recorder().pending().back_to(savepoint.pending);
        self.tx().await?.rollback_to(savepoint).await
    }
}

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
            let savepoint = db.savepoint().await?;
            match self.await {
                Ok(value) => {
                    db.release(&savepoint).await?;
                    Ok(Ok(value))
                }
                Err(error) if violates(&error, index) => {
                    db.rollback_to(&savepoint).await?;
                    Ok(Err(answer()))
                }
                Err(error) => Err(error),
            }
        }
    }
}

impl<T, F: Future<Output = Result<T, DbErr>> + Send> OnUnique<T> for F {}
