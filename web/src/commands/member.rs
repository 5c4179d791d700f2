//! `member`: who belongs to a workspace.

use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use core_base::{Config, normalise_email};
use platform::Role;
use tenants::workspace;

use super::{open, plain, relay};

#[derive(Subcommand)]
pub(crate) enum Member {
    /// Add a person to a workspace, or change a member's role.
    Add {
        /// Workspace address.
        #[arg(long)]
        tenant: String,
        /// Email address of the person.
        #[arg(long)]
        email: String,
        /// Role: owner, admin, member or viewer.
        #[arg(long)]
        role: String,
    },
}

impl Member {
    pub(crate) async fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let Self::Add { tenant, email, role } = self;
        let role = Role::parse(&role).context("--role is owner, admin, member or viewer")?;
        let email = normalise_email(&email).context("--email is not an email address")?;
        let store = open(config).await?;
        let found = workspace::find(&store, &tenant).await.map_err(plain);
        let found = found.with_context(|| format!("there is no workspace at {tenant}"))?;
        let person = accounts::user::by_email(store.catalog(), &email).await.map_err(plain)?;
        let person = person.with_context(|| format!("nobody has the address {email}"))?;
        workspace::add(&store, found, &person, role).await.map_err(plain)?;
        relay(config, &store).await?;
        Ok(ExitCode::SUCCESS)
    }
}
