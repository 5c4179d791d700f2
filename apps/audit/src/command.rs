//! `audit`: does the trail of each workspace still say what was written, and erasing people from it.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use anyhow::Context;
use platform::{
    CommandLine, Result, TenantId, UserId,
    audit::{Broken, Known, Verified, audit_day, verify_all},
    clap::{self, Parser, Subcommand},
    say,
    workspaces::{Mode, Status, Store, Tenant},
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use crate::retention::Kept;

/// Verify audit logs, and erase people from them.
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
        /// Only this workspace.
        #[arg(long)]
        tenant: Option<String>,
        /// Compare with what `audit heads` printed earlier.
        #[arg(long)]
        heads: Option<PathBuf>,
    },
    /// Print where each log stood at the end of each day, as JSON lines: sign them and keep them elsewhere.
    Heads {
        /// Only this workspace.
        #[arg(long)]
        tenant: Option<String>,
    },
    /// Erase a person from the logs of all workspaces: what is told about them, and where they came from.
    Forget {
        /// Their email address, whether they have an account or were only invited.
        email: String,
    },
}

/// A line of `audit heads`.
#[derive(Serialize, Deserialize)]
struct HeadLine {
    /// Its id: an address can change.
    id: TenantId,
    workspace: String,
    day: String,
    entry: i64,
    link: String,
}

pub(crate) async fn run(Command { verb }: Command, line: CommandLine) -> Result<()> {
    match verb {
        Verb::Verify { tenant, heads } => {
            let known = heads.map(|path| read_heads(&path)).transpose()?.unwrap_or_default();
            verify(&line, &asked(&line, tenant).await?, &known).await
        }
        Verb::Heads { tenant } => print_heads(&line, asked(&line, tenant).await?).await,
        Verb::Forget { email } => forget(&line, &email).await,
    }
}

/// One workspace, or all whose data is whole.
async fn asked(line: &CommandLine, slug: Option<String>) -> Result<Vec<Arc<Tenant>>> {
    use platform::workspaces::catalog::tenant::{Column, Entity};
    if let Some(slug) = slug {
        return Ok(vec![line.tenant(&slug).await?]);
    }
    let catalog = line.store.catalog();
    let rows = catalog.find::<Entity>().filter(Column::Status.is_in(Status::WHOLE));
    let rows = rows.order_by_asc(Column::Slug).all(catalog).await?;
    Ok(rows.into_iter().map(|row| line.store.tenant(row)).collect())
}

async fn verify(
    line: &CommandLine,
    tenants: &[Arc<Tenant>],
    known: &HashMap<TenantId, Vec<audit_day::Model>>,
) -> Result<()> {
    let kept_since = line.extension::<Kept>()?.since().to_string();
    let gone: Vec<_> =
        known.keys().filter(|id| !tenants.iter().any(|one| one.id == **id)).collect();
    if !gone.is_empty() {
        say!("heads of {} workspaces that were not looked at: {gone:?}", gone.len());
    }
    let mut broken = 0;
    for tenant in tenants {
        let heads = known.get(&tenant.id).cloned().unwrap_or_default();
        let known = Known { heads, kept_since: kept_since.clone() };
        match verify_in(&line.store, tenant.clone(), &known).await? {
            Ok(end) => say!("{}: {} entries, {}", tenant.slug, end.seq, end.link),
            Err(found) => {
                broken += 1;
                say!("{}: entry {}: {}", tenant.slug, found.seq, found.why);
            }
        }
    }
    match broken {
        0 => Ok(()),
        _ => Err(anyhow::anyhow!("{broken} of {} audit logs were changed", tenants.len()).into()),
    }
}

/// At one moment, whatever people do meanwhile.
async fn verify_in(
    store: &Store,
    tenant: Arc<Tenant>,
    known: &Known,
) -> Result<std::result::Result<Verified, Broken>> {
    let db = store.tenant_db(tenant, Mode::Snapshot).await?;
    let found = verify_all(&db, known).await;
    db.finish(false).await?;
    found
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

async fn print_heads(line: &CommandLine, tenants: Vec<Arc<Tenant>>) -> Result<()> {
    for tenant in tenants {
        let (id, workspace) = (tenant.id, tenant.slug.clone());
        let read = |db: platform::TenantDb| async move {
            let days = db.find::<audit_day::Entity>().order_by_asc(audit_day::Column::Day);
            Ok(days.all(&db).await?)
        };
        for audit_day::Model { day, seq, link } in line.store.read_in(tenant, read).await? {
            let workspace = workspace.clone();
            let head = HeadLine { id, workspace, day, entry: seq, link };
            say!("{}", serde_json::to_string(&head).context("a head")?);
        }
    }
    Ok(())
}

/// In workspaces that they left as well.
async fn forget(line: &CommandLine, email: &str) -> Result<()> {
    let email = platform::people::normalise_email(email).context("not an email address")?;
    let user = platform::people::user_by_email(line.store.catalog(), &email).await?;
    // Whoever was invited and never came has no account.
    let id = user.map_or_else(UserId::new, |user| user.id);
    let mut all = 0;
    for tenant in asked(line, None).await? {
        let changed = line.store.forget_in_audit(&tenant, id, &email).await?;
        if changed > 0 {
            say!("{}: {changed}", tenant.slug);
        }
        all += changed;
    }
    say!("Entries changed: {all}");
    Ok(())
}
