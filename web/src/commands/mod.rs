//! The platform's own commands, one file each. Apps bring theirs: `App::command`.

pub(crate) mod backup;
pub(crate) mod cell;
pub(crate) mod check;
pub(crate) mod health;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod migrate;
pub(crate) mod routes;
pub(crate) mod seed;
pub(crate) mod settings;

/// An error of a page in the words of a command.
fn plain(error: core_base::Error) -> anyhow::Error {
    error.into_anyhow()
}
