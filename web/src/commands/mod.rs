//! The commands, one file each.

pub(crate) mod backup;
pub(crate) mod cell;
pub(crate) mod check;
pub(crate) mod health;
pub(crate) mod jobs;
pub(crate) mod member;
pub(crate) mod migrate;
pub(crate) mod routes;
pub(crate) mod seed;
pub(crate) mod tenant;
pub(crate) mod user;

use core_base::{Config, Error};
use core_db::Store;

use crate::out::say;

/// The store as it is; a command never migrates on the side.
async fn open(config: &Config) -> anyhow::Result<Store> {
    Store::open(config, migrations::ALL).await
}

/// Takes what a command left in the outboxes to the queue: on SQLite no other process would see it
/// soon.
async fn relay(config: &Config, store: &Store) -> anyhow::Result<()> {
    let registry = platform::Registry::new(crate::apps(config)).map_err(check::all)?;
    core_jobs::Relay::new(store.clone(), registry.jobs(config)).run().await.map_err(plain)?;
    Ok(())
}

/// An error of a page in the words of a command.
fn plain(error: Error) -> anyhow::Error {
    error.into_anyhow()
}

/// What `--json` prints.
fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    say!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}
