//! Errors that travel as a cause and have a page of their own.

use core_base::Error;

/// Marks an error that has a status of its own.
#[derive(Debug)]
struct TooLarge;

/// Marks a form whose page no longer fits the browser's session.
#[derive(Debug)]
struct Stale;

impl std::fmt::Display for Stale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the form's page is out of date")
    }
}

impl std::error::Error for Stale {}

pub(crate) fn stale() -> Error {
    Error::Internal(anyhow::Error::new(Stale))
}

/// Is it a form whose page no longer fits?
pub(crate) fn is_stale(error: &Error) -> bool {
    matches!(error, Error::Internal(cause) if is_stale_cause(cause))
}

impl std::fmt::Display for TooLarge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the body is larger than the limit")
    }
}

impl std::error::Error for TooLarge {}

pub(crate) fn too_large() -> Error {
    Error::Internal(anyhow::Error::new(TooLarge))
}

pub(super) fn is_too_large(cause: &anyhow::Error) -> bool {
    cause.is::<TooLarge>()
}

pub(super) fn is_stale_cause(cause: &anyhow::Error) -> bool {
    cause.is::<Stale>()
}
