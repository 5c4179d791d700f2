//! `user`: people.

use std::{io::Read, process::ExitCode};

use clap::Subcommand;
use core_base::Config;

use super::{open, plain};

#[derive(Subcommand)]
pub(crate) enum User {
    /// A new person, who can sign in.
    Create {
        /// Their email address.
        email: String,
        /// What they are called.
        #[arg(long)]
        name: String,
        /// Reads the password from standard input: on the command line others could see it.
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
