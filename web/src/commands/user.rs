//! `user`: people.

use std::{io::Read, process::ExitCode};

use clap::Subcommand;
use core_base::Config;

use super::{open, plain};

#[derive(Subcommand)]
pub(crate) enum User {
    /// Create an account that can log in.
    Create {
        /// Email address.
        email: String,
        /// Display name.
        #[arg(long)]
        name: String,
        /// Read the password from standard input, so that it never shows on the command line.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

impl User {
    pub(crate) async fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let Self::Create { email, name, .. } = self;
        let mut password = String::new();
        std::io::stdin().read_to_string(&mut password)?;
        let password = password.trim_end_matches(['\r', '\n']);
        let store = open(config).await?;
        let made = accounts::user::create(store.catalog(), &email, &name, password).await;
        made.map_err(plain)?.map_err(|refusal| anyhow::anyhow!(refusal.text()))?;
        Ok(ExitCode::SUCCESS)
    }
}
