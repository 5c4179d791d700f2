//! `audit`: do the trails of the catalogue and of each workspace still say what was written, what they say,
//! and erasing people from them.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use anyhow::Context;
use platform::{
    CommandLine, Result, TenantId, UserId,
    audit::{Broken, Known, Verified, audit_day, behind, days, verify_all},
    clap::{self, Parser, Subcommand},
    say,
    workspaces::{Mode, Status, Store, Tenant},
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, prelude::Uuid};
use serde::{Deserialize, Serialize};

use crate::{json_line, retention::Kept};

/// Verify and export audit logs, and erase people from them.
#[derive(Parser)]
#[command(name = "audit")]
pub(crate) struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Check that no entry was altered, removed, added or moved.
    Verify {
        /// Only this workspace; otherwise the installation's own log and all workspaces.
        #[arg(long)]
        tenant: Option<String>,
        /// Compare with what `audit heads` printed earlier.
        #[arg(long)]
        heads: Option<PathBuf>,
    },
    /// Print where each log stood at the end of each day, as JSON lines: sign them and keep them elsewhere.
    Heads {
        /// Only this workspace; otherwise the installation's own log and all workspaces.
        #[arg(long)]
        tenant: Option<String>,
    },
    /// Print a log as JSON lines, oldest first: without a workspace the installation's own, which says what
    /// was done to accounts, memberships and workspaces.
    Export {
        /// The log of this workspace.
        #[arg(long)]
        tenant: Option<String>,
    },
    /// Erase a person from all logs: what is told about them, and where they came from.
    Forget {
        /// Their email address, whether they have an account or were only invited.
        email: String,
    },
}

/// A line of `audit heads`.
#[derive(Serialize, Deserialize)]
struct HeadLine {
    /// Its id, as an address can change; all zeros: the installation's own log.
    id: TenantId,
    workspace: String,
    day: String,
    entry: i64,
    link: String,
}

/// Whose log it is.
enum Log {
    /// The installation's own.
    Catalog,
    Workspace(Arc<Tenant>),
}

impl Log {
    fn id(&self) -> TenantId {
        match self {
            Self::Catalog => TenantId(Uuid::nil()),
            Self::Workspace(tenant) => tenant.id,
        }
    }

    fn name(&self) -> &str {
        match self {
            // No address of a workspace has a space.
            Self::Catalog => "the installation",
            Self::Workspace(tenant) => &tenant.slug,
        }
    }
}

pub(crate) async fn run(Command { verb }: Command, line: CommandLine) -> Result<()> {
    match verb {
        Verb::Verify { tenant, heads } => {
            let known = heads.map(|path| read_heads(&path)).transpose()?.unwrap_or_default();
            verify(&line, &asked(&line, tenant).await?, &known).await
        }
        Verb::Heads { tenant } => print_heads(&line, asked(&line, tenant).await?).await,
        Verb::Export { tenant } => {
            let log = match tenant {
                Some(slug) => Log::Workspace(line.tenant(&slug).await?),
                None => Log::Catalog,
            };
            export(&line.store, &log).await
        }
        Verb::Forget { email } => forget(&line, &email).await,
    }
}

/// One workspace's, or the installation's own and those of all workspaces whose data is whole.
async fn asked(line: &CommandLine, slug: Option<String>) -> Result<Vec<Log>> {
    if let Some(slug) = slug {
        return Ok(vec![Log::Workspace(line.tenant(&slug).await?)]);
    }
    let workspaces = workspaces(line).await?.into_iter().map(Log::Workspace);
    Ok([Log::Catalog].into_iter().chain(workspaces).collect())
}

async fn workspaces(line: &CommandLine) -> Result<Vec<Arc<Tenant>>> {
    use platform::workspaces::catalog::tenant::{Column, Entity};
    let catalog = line.store.catalog();
    let rows = catalog.find::<Entity>().filter(Column::Status.is_in(Status::WHOLE));
    let rows = rows.order_by_asc(Column::Slug).all(catalog).await?;
    Ok(rows.into_iter().map(|row| line.store.tenant(row)).collect())
}

async fn verify(
    line: &CommandLine,
    logs: &[Log],
    known: &HashMap<TenantId, Vec<audit_day::Model>>,
) -> Result<()> {
    let kept_since = line.extension::<Kept>()?.since().to_string();
    let gone: Vec<_> = known.keys().filter(|id| !logs.iter().any(|one| one.id() == **id)).collect();
    if !gone.is_empty() {
        say!("heads of {} workspaces that were not looked at: {gone:?}", gone.len());
    }
    let mut broken = 0;
    for log in logs {
        let heads = known.get(&log.id()).cloned().unwrap_or_default();
        let known = Known { heads, kept_since: kept_since.clone() };
        match verify_one(&line.store, log, known).await? {
            Ok(end) => say!("{}: {} entries, {}", log.name(), end.seq, end.link),
            Err(found) => {
                broken += 1;
                say!("{}: entry {}: {}", log.name(), found.seq, found.why);
            }
        }
    }
    match broken {
        0 => Ok(()),
        _ => Err(anyhow::anyhow!("{broken} of {} audit logs were changed", logs.len()).into()),
    }
}

/// At one moment, whatever people do meanwhile.
async fn verify_one(
    store: &Store,
    log: &Log,
    known: Known,
) -> Result<std::result::Result<Verified, Broken>> {
    match log {
        Log::Catalog => {
            let read = store.read_catalog_trail(move |tx| {
                Box::pin(async move { verify_all(tx, &known).await })
            });
            read.await
        }
        Log::Workspace(tenant) => {
            let db = store.tenant_db(tenant.clone(), Mode::Snapshot).await?;
            let found = verify_all(&db, &known).await;
            db.finish(false).await?;
            found
        }
    }
}

/// By workspace.
fn read_heads(path: &PathBuf) -> Result<HashMap<TenantId, Vec<audit_day::Model>>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut known: HashMap<_, Vec<_>> = HashMap::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let head: HeadLine = serde_json::from_str(line)
            .with_context(|| format!("{}, line {}", path.display(), number + 1))?;
        let day = audit_day::Model { day: head.day, seq: head.entry, link: head.link };
        known.entry(head.id).or_default().push(day);
    }
    Ok(known)
}

async fn print_heads(line: &CommandLine, logs: Vec<Log>) -> Result<()> {
    for log in logs {
        let days = match &log {
            Log::Catalog => line.store.read_catalog_trail(|tx| Box::pin(days(tx))).await?,
            Log::Workspace(tenant) => {
                line.store.read_in(tenant.clone(), |db| async move { days(&db).await }).await?
            }
        };
        for audit_day::Model { day, seq, link } in days {
            let workspace = match &log {
                Log::Catalog => String::new(),
                Log::Workspace(tenant) => tenant.slug.clone(),
            };
            let head = HeadLine { id: log.id(), workspace, day, entry: seq, link };
            say!("{}", serde_json::to_string(&head).context("a head")?);
        }
    }
    Ok(())
}

async fn export(store: &Store, log: &Log) -> Result<()> {
    let mut after = 0;
    loop {
        let entries = match log {
            Log::Catalog => store.read_catalog_trail(move |tx| Box::pin(behind(tx, after))).await?,
            Log::Workspace(tenant) => {
                let read = |db| async move { behind(&db, after).await };
                store.read_in(tenant.clone(), read).await?
            }
        };
        let Some(last) = entries.last() else { return Ok(()) };
        after = last.seq;
        let mut text = String::new();
        for entry in &entries {
            json_line::add(entry, &mut text)?;
        }
        say!("{}", text.trim_end());
    }
}

/// In workspaces that they left as well.
async fn forget(line: &CommandLine, email: &str) -> Result<()> {
    let email = platform::people::normalise_email(email).context("not an email address")?;
    let user = platform::people::user_by_email(line.store.catalog(), &email).await?;
    // Whoever was invited and never came has no account.
    let id = user.map_or_else(UserId::new, |user| user.id);
    let mut all = 0;
    for (slug, changed) in line.store.forget_in_every_audit(id, &email).await? {
        let name = if slug.is_empty() { Log::Catalog.name() } else { &*slug };
        say!("{name}: {changed}");
        all += changed;
    }
    say!("Entries changed: {all}");
    Ok(())
}
