//! `audit`: does the trail of each workspace still say what was written?

use std::sync::Arc;

use anyhow::Context;
use platform::{
    CommandLine, Result, TenantDb,
    audit::{Broken, Verified, audit_entry, audit_head, verify},
    clap::{self, Parser, Subcommand},
    say,
    workspaces::{Mode, Status, Store, Tenant},
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};

/// Entries that are read at once.
const MANY: u64 = 5_000;

/// Verify audit logs.
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
    },
}

pub(crate) async fn run(Command { verb }: Command, line: CommandLine) -> Result<()> {
    let Verb::Verify { tenant } = verb;
    let tenants = match tenant {
        Some(slug) => vec![line.tenant(&slug).await?],
        None => whole(&line.store).await?,
    };
    let mut broken = 0;
    for tenant in &tenants {
        match of(&line.store, tenant.clone()).await? {
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

/// Every workspace whose data is whole.
async fn whole(store: &Store) -> Result<Vec<Arc<Tenant>>> {
    use platform::workspaces::catalog::tenant::{Column, Entity};
    let catalog = store.catalog();
    let rows = catalog.find::<Entity>().filter(Column::Status.is_in(Status::WHOLE));
    let rows = rows.order_by_asc(Column::Slug).all(catalog).await?;
    Ok(rows.into_iter().map(|row| store.tenant(row)).collect())
}

/// Follows one chain from its beginning to the end that is written down, at one moment.
pub(crate) async fn of(
    store: &Store,
    tenant: Arc<Tenant>,
) -> Result<std::result::Result<Verified, Broken>> {
    let db = store.tenant_db(tenant, Mode::Snapshot).await?;
    let found = follow(&db).await;
    db.finish(false).await?;
    found
}

async fn follow(db: &TenantDb) -> Result<std::result::Result<Verified, Broken>> {
    let head = db.find::<audit_head::Entity>().one(db).await?.context("the log has no end")?;
    let mut end = Verified::default();
    loop {
        let entries = db
            .find::<audit_entry::Entity>()
            .filter(audit_entry::Column::Seq.gt(end.seq))
            .order_by_asc(audit_entry::Column::Seq)
            .limit(MANY)
            .all(db)
            .await?;
        let last = (entries.len() as u64) < MANY;
        end = match verify(end, &entries) {
            Ok(end) => end,
            Err(broken) => return Ok(Err(broken)),
        };
        if last {
            break;
        }
    }
    // Entries before the first, which no chain leads to.
    let strange = db.find::<audit_entry::Entity>().filter(audit_entry::Column::Seq.lt(1));
    if let Some(entry) = strange.one(db).await? {
        return Ok(Err(Broken { seq: entry.seq, why: "it was altered, moved or added" }));
    }
    match (end.seq == head.seq, end.link == head.link) {
        (true, true) => Ok(Ok(end)),
        (false, _) if end.seq < head.seq => {
            Ok(Err(Broken { seq: end.seq + 1, why: "it is missing" }))
        }
        _ => Ok(Err(Broken { seq: end.seq, why: "it was altered, moved or added" })),
    }
}
