//! `member`: who belongs to a workspace.

use anyhow::Context;
use platform::{
    CommandLine, Result, Role,
    clap::{self, Parser, Subcommand},
    people::{normalise_email, user_by_email},
};

use crate::workspace;

/// Manage members of a workspace.
#[derive(Parser)]
#[command(name = "member")]
pub(crate) struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
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

pub(crate) async fn run(Command { verb }: Command, line: CommandLine) -> Result<()> {
    let Verb::Add { tenant, email, role } = verb;
    let role = Role::parse(&role).context("--role is owner, admin, member or viewer")?;
    let email = normalise_email(&email).context("--email is not an email address")?;
    let tenant = line.tenant(&tenant).await?;
    let person = user_by_email(line.store.catalog(), &email).await?;
    let person = person.with_context(|| format!("nobody has the address {email}"))?;
    workspace::add(&line.store, tenant, &person, role).await
}
