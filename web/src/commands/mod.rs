//! The commands, one file each.

pub(crate) mod cell;
pub(crate) mod check;
pub(crate) mod member;
pub(crate) mod migrate;
pub(crate) mod routes;
pub(crate) mod seed;
pub(crate) mod tenant;
pub(crate) mod user;

use core_base::{Config, Error};
use core_db::Store;

/// The store as it is; a command never migrates on the side.
async fn open(config: &Config) -> anyhow::Result<Store> {
    Store::open(config, migrations::ALL).await
}

/// An error of a page in the words of a command.
fn plain(error: Error) -> anyhow::Error {
    error.into_anyhow()
}

/// What `--json` prints.
fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}
