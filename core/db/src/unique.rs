//! A unique constraint that was hit is something a person can fix: it becomes an answer on the form.

use async_trait::async_trait;
use sea_orm::{DbErr, RuntimeErr};

use crate::{catalog_db::CatalogTx, tenant_db::TenantDb, tx::Mark};

/// Was it this unique constraint or index? SQLite names the columns instead: `table.column`, so
/// indexes are named `<table>_<column>_key` and compared in that form.
pub fn violates(error: &DbErr, index: &str) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) =
        error
    else {
        return false;
    };
    let Some(error) = error.as_database_error() else { return false };
    if !error.is_unique_violation() {
        return false;
    }
    match error.constraint() {
        Some(name) => name == index,
        None => sqlite_index(error.message()).is_some_and(|name| name == index),
    }
}

/// `UNIQUE constraint failed: projects.name` → `projects_name_key`;
/// `UNIQUE constraint failed: index 'projects_name_key'` → `projects_name_key`.
fn sqlite_index(message: &str) -> Option<String> {
    let at = message.split("UNIQUE constraint failed: ").nth(1)?;
    if let Some(name) = at.strip_prefix("index '") {
        return Some(name.trim_end_matches('\'').to_owned());
    }
    let columns: Vec<_> = at.split(", ").filter_map(|column| column.split_once('.')).collect();
    let table = columns.first()?.0;
    let names: Vec<_> = columns.iter().map(|(_, column)| *column).collect();
    Some(format!("{table}_{}_key", names.join("_")))
}

/// A transaction of which a part can be taken back alone.
#[async_trait]
pub trait Savepoint: Sync {
    /// Sets a savepoint.
    async fn mark(&self) -> Result<Mark, DbErr>;
    /// Keeps what was done since the savepoint.
    async fn pass(&self, mark: &Mark) -> Result<(), DbErr>;
    /// Takes back what was done since the savepoint, and what failed with it.
    async fn back_to(&self, mark: &Mark) -> Result<(), DbErr>;
}

macro_rules! savepoint {
    ($($db:ty),*) => {$(
        #[async_trait]
        impl Savepoint for $db {
            async fn mark(&self) -> Result<Mark, DbErr> {
                self.tx().await?.mark().await
            }
            async fn pass(&self, mark: &Mark) -> Result<(), DbErr> {
                self.tx().await?.pass(mark);
                Ok(())
            }
            async fn back_to(&self, mark: &Mark) -> Result<(), DbErr> {
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
        db: &impl Savepoint,
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

#[cfg(test)]
mod tests {
    use super::sqlite_index;

    #[test]
    fn sqlite_names_columns_or_the_index() {
        let name = |message: &str| sqlite_index(message);
        assert_eq!(
            name("UNIQUE constraint failed: projects.name").as_deref(),
            Some("projects_name_key")
        );
        assert_eq!(name("UNIQUE constraint failed: a.b, a.c").as_deref(), Some("a_b_c_key"));
        assert_eq!(name("UNIQUE constraint failed: index 'x_y'").as_deref(), Some("x_y"));
        assert_eq!(name("something else"), None);
    }
}
