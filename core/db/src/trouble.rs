//! What went wrong when it was neither the request nor the program: the server, the time, the disk.

use sea_orm::{DbErr, RuntimeErr};

/// A fault of the store that people are told of in words of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing could be asked, or the answer got lost: a write may have happened.
    Away,
    /// Others were in front for too long. Nothing was saved.
    Busy,
    /// A statement took too long and was stopped. Nothing was saved.
    Slow,
    /// There is no room to write. Nothing was saved.
    Full,
}

/// Which trouble an error is, if it is one.
pub fn trouble(error: &anyhow::Error) -> Option<Trouble> {
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

fn of_orm(error: &DbErr) -> Option<Trouble> {
    match error {
        DbErr::ConnectionAcquire(_) => Some(Trouble::Busy),
        DbErr::Conn(RuntimeErr::SqlxError(error)) => of_driver(error).or(Some(Trouble::Away)),
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            of_driver(error)
        }
        _ => None,
    }
}

fn of_driver(error: &sqlx::Error) -> Option<Trouble> {
    match error {
        sqlx::Error::Io(error) => of_file(error).or(Some(Trouble::Away)),
        sqlx::Error::Tls(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            Some(Trouble::Away)
        }
        sqlx::Error::PoolTimedOut => Some(Trouble::Busy),
        sqlx::Error::Database(error) => {
            let is_sqlite = error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some();
            let code = error.code()?;
            if is_sqlite { of_sqlite(code.parse().ok()?) } else { of_postgres(&code) }
        }
        _ => None,
    }
}

fn of_file(error: &std::io::Error) -> Option<Trouble> {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge).then_some(Trouble::Full)
}

/// Connection exceptions, shutdowns, too many connections; locks and deadlocks; `query_canceled`;
/// `disk_full`.
fn of_postgres(code: &str) -> Option<Trouble> {
    match code {
        "57P01" | "57P02" | "57P03" | "53300" => Some(Trouble::Away),
        "55P03" | "40P01" => Some(Trouble::Busy),
        "57014" => Some(Trouble::Slow),
        "53100" => Some(Trouble::Full),
        _ if code.starts_with("08") => Some(Trouble::Away),
        _ => None,
    }
}

/// `SQLITE_BUSY`, `SQLITE_INTERRUPT`, `SQLITE_FULL`, and a log or its index that can't grow: writing,
/// `SHMSIZE`, `SHMMAP`.
fn of_sqlite(code: i32) -> Option<Trouble> {
    match (code & 0xff, code) {
        (5, _) => Some(Trouble::Busy),
        (9, _) => Some(Trouble::Slow),
        (13, _) | (_, 778 | 4874 | 5386) => Some(Trouble::Full),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Trouble, of_postgres, of_sqlite, trouble};

    #[test]
    fn codes_of_both_stores_become_words() {
        assert_eq!(of_postgres("57014"), Some(Trouble::Slow));
        assert_eq!(of_postgres("08006"), Some(Trouble::Away));
        assert_eq!(of_postgres("23505"), None);
        assert_eq!(of_sqlite(13), Some(Trouble::Full));
        assert_eq!(of_sqlite(5 | 1 << 8), Some(Trouble::Busy));
        assert_eq!(of_sqlite(2067), None);
    }

    #[test]
    fn the_cause_is_found_below_what_was_said_about_it() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        assert_eq!(trouble(&anyhow::Error::new(full).context("a file")), Some(Trouble::Full));
        assert_eq!(trouble(&anyhow::anyhow!("something else")), None);
    }
}
