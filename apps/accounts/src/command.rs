//! `user`: people.

use std::io::Read;

use chrono::TimeDelta;
use platform::{
    CommandLine, Result,
    clap::{self, Parser, Subcommand},
    people::{Sessions, entity::user as user_entity, user_by_email},
    say,
};

use crate::{
    second_factor,
    security_log::{self, Place, What},
    user,
};

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
    /// Turn two-step verification off for somebody who lost their phone and their recovery codes. They are told
    /// by email at once; after a wait it is done, and they are logged out everywhere. Logging in with a code
    /// stops it.
    ResetMfa {
        /// Email address.
        email: String,
        /// Hours to wait; 0: do it now, after you have seen who they are.
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(..=720))]
        wait: u32,
        /// Stop what was begun.
        #[arg(long, conflicts_with = "wait")]
        stop: bool,
    },
    /// List where somebody is logged in, and how.
    Sessions {
        /// Email address.
        email: String,
        /// Log them out everywhere.
        #[arg(long)]
        end: bool,
    },
}

pub(crate) async fn run(Command { verb }: Command, line: CommandLine) -> Result<()> {
    let (email, name) = match verb {
        Verb::Create { email, name, .. } => (email, name),
        Verb::ResetMfa { email, stop: true, .. } => return keep_mfa(&line, &email).await,
        Verb::ResetMfa { email, wait, .. } => return reset_mfa(&line, &email, wait).await,
        Verb::Sessions { email, end } => return sessions(&line, &email, end).await,
    };
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password)?;
    let password = password.trim_end_matches(['\r', '\n']);
    let made = user::create(line.store.catalog(), &email, &name, password).await?;
    made.map_err(|refusal| anyhow::anyhow!(refusal.text()))?;
    Ok(())
}

async fn reset_mfa(line: &CommandLine, email: &str, wait: u32) -> Result<()> {
    let person = person(line, email).await?;
    let none = || anyhow::anyhow!("{email} has no two-step verification");
    if wait == 0 {
        if !second_factor::reset(&line.store, &person).await? {
            return Err(none().into());
        }
        say!("Two-step verification of {email} is off. They are told by email.");
        return Ok(());
    }
    let wait = TimeDelta::hours(wait.into());
    let due = second_factor::ask_reset(&line.store, &person, wait).await?.ok_or_else(none)?;
    let due = due.format("%F %H:%M");
    say!("Two-step verification of {email} will be off at {due} UTC. They are told by email now.");
    say!("Logging in with a code stops it, and so does --stop.");
    Ok(())
}

async fn keep_mfa(line: &CommandLine, email: &str) -> Result<()> {
    let person = person(line, email).await?;
    let tx = line.store.catalog().begin().await?;
    if !second_factor::stop_reset(&tx, person.id, &Place::operator()).await? {
        return Err(anyhow::anyhow!("nothing was begun for {email}").into());
    }
    tx.commit().await?;
    say!("Two-step verification of {email} stays.");
    Ok(())
}

async fn sessions(line: &CommandLine, email: &str, is_end: bool) -> Result<()> {
    let person = person(line, email).await?;
    let catalog = line.store.catalog().clone();
    let sessions = Sessions::new(catalog, line.store.changes().clone());
    let all = sessions.of_user(person.id).await?;
    for one in &all {
        let (seen, method) = (one.seen_at.format("%F %H:%M"), &one.method);
        say!("{seen} UTC  {method:16}  {:15}  {}", one.address, one.user_agent);
    }
    if is_end {
        let tx = line.store.catalog().begin().await?;
        let did = (What::LoggedOutElsewhere, "");
        security_log::note(&tx, person.id, did, &Place::operator()).await?;
        let ended = user::end_everywhere(&sessions, &tx, person.id).await?;
        tx.commit().await?;
        sessions.publish(ended);
        say!("{email} is logged out everywhere. Sessions ended: {}.", all.len());
    } else if all.is_empty() {
        say!("{email} is logged in nowhere.");
    }
    Ok(())
}

async fn person(line: &CommandLine, email: &str) -> Result<user_entity::Model> {
    let found = user_by_email(line.store.catalog(), email).await?;
    Ok(found.ok_or_else(|| anyhow::anyhow!("nobody has an account with {email}"))?)
}
