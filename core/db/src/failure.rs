//! What went wrong when it was neither the request nor the program: the server, the time, the disk.

use sea_orm::{DbErr, RuntimeErr};

/// A fault of the store that people are told of in words of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreFailure {
    /// Nothing could be asked, or the answer got lost: a write may have happened.
    Away,
    /// Others were in front for too long. Nothing was saved.
    Busy,
    /// A statement took too long and was stopped. Nothing was saved.
    Slow,
    /// There is no room to write. Nothing was saved.
    Full,
}

/// What failed in the store, if that is what this error is about.
pub fn failure_of(error: &anyhow::Error) -> Option<StoreFailure> {
    error.chain().find_map(|cause| {
        if let Some(error) = cause.downcast_ref::<DbErr>() {
            return of_orm(error);
        }
        if let Some(error) = cause.downcast_ref::<std::io::Error>() {
            return of_file(error);
        }
        cause.downcast_ref::<sqlx::Error>().and_then(of_driver)
    })
}

fn of_orm(error: &DbErr) -> Option<StoreFailure> {
    match error {
        DbErr::ConnectionAcquire(_) => Some(StoreFailure::Busy),
        DbErr::Conn(RuntimeErr::SqlxError(error)) => of_driver(error).or(Some(StoreFailure::Away)),
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            of_driver(error)
        }
        _ => None,
    }
}

fn of_driver(error: &sqlx::Error) -> Option<StoreFailure> {
    match error {
        sqlx::Error::Io(error) => of_file(error).or(Some(StoreFailure::Away)),
        sqlx::Error::Tls(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            Some(StoreFailure::Away)
        }
        sqlx::Error::PoolTimedOut => Some(StoreFailure::Busy),
        sqlx::Error::Database(error) => {
            let is_sqlite = error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some();
            let code = error.code()?;
            if is_sqlite { of_sqlite(code.parse().ok()?) } else { of_postgres(&code) }
        }
        _ => None,
    }
}

fn of_file(error: &std::io::Error) -> Option<StoreFailure> {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge).then_some(StoreFailure::Full)
}

/// Connection exceptions, shutdowns, too many connections; locks and deadlocks; `query_canceled`;
/// `disk_full`.
fn of_postgres(code: &str) -> Option<StoreFailure> {
    match code {
        "57P01" | "57P02" | "57P03" | "53300" => Some(StoreFailure::Away),
        "55P03" | "40P01" => Some(StoreFailure::Busy),
        "57014" => Some(StoreFailure::Slow),
        "53100" => Some(StoreFailure::Full),
        _ if code.starts_with("08") => Some(StoreFailure::Away),
        _ => None,
    }
}

/// `SQLITE_BUSY`, `SQLITE_INTERRUPT`, `SQLITE_FULL`, and a log or its index that can't grow: writing,
/// `SHMSIZE`, `SHMMAP`.
fn of_sqlite(code: i32) -> Option<StoreFailure> {
    match (code & 0xff, code) {
        (5, _) => Some(StoreFailure::Busy),
        (9, _) => Some(StoreFailure::Slow),
        (13, _) | (_, 778 | 4874 | 5386) => Some(StoreFailure::Full),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{StoreFailure, failure_of, of_postgres, of_sqlite};

    #[test]
    fn codes_of_both_stores_become_words() {
        assert_eq!(of_postgres("57014"), Some(StoreFailure::Slow));
        assert_eq!(of_postgres("08006"), Some(StoreFailure::Away));
        assert_eq!(of_postgres("23505"), None);
        assert_eq!(of_sqlite(13), Some(StoreFailure::Full));
        assert_eq!(of_sqlite(5 | 1 << 8), Some(StoreFailure::Busy));
        assert_eq!(of_sqlite(2067), None);
    }

    #[test]
    fn the_cause_is_found_below_what_was_said_about_it() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        assert_eq!(
            failure_of(&anyhow::Error::new(full).context("a file")),
            Some(StoreFailure::Full)
        );
        assert_eq!(failure_of(&anyhow::anyhow!("something else")), None);
    }
}
