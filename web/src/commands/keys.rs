//! `keys`: what encrypted columns are read with.

use std::process::ExitCode;

use clap::Subcommand;
use core_access::{KeyStatus, Vault};
use platform::say;

use super::plain;
use crate::program::Program;

#[derive(Subcommand)]
pub(crate) enum Keys {
    /// Wrap every data key by the first MASTER_KEY. Begun again after a crash, it goes on.
    Rotate,
    /// Say how many data keys there are, and which of them the first MASTER_KEY wraps.
    Status,
}

impl Keys {
    /// Fails where a key can't be opened by any MASTER_KEY.
    pub(crate) async fn run(self, program: &Program) -> anyhow::Result<ExitCode> {
        let store = program.open().await?;
        let vault = Vault::new(store.catalog().clone(), &program.config.master_keys);
        let status = match self {
            Self::Rotate => vault.rotate().await,
            Self::Status => vault.status().await,
        };
        let KeyStatus { all, newest, lost } = status.map_err(plain)?;
        say!("Data keys: {all}. Wrapped by the first MASTER_KEY: {newest}.");
        if lost > 0 {
            say!("Can't be opened: {lost}. Add the previous MASTER_KEY, after a comma.");
        }
        Ok(if lost > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
