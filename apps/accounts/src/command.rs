//! `user`: people.

use std::io::Read;

use platform::{
    CommandLine, Result,
    clap::{self, Parser, Subcommand},
};

use crate::user;

/// Manage user accounts.
#[derive(Parser)]
#[command(name = "user")]
pub(crate) struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
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

pub(crate) async fn run(Command { verb }: Command, line: CommandLine) -> Result<()> {
    let Verb::Create { email, name, .. } = verb;
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password)?;
    let password = password.trim_end_matches(['\r', '\n']);
    let made = user::create(line.store.catalog(), &email, &name, password).await?;
    made.map_err(|refusal| anyhow::anyhow!(refusal.text()))?;
    Ok(())
}
