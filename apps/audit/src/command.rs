//! `audit`: does the trail of each workspace still say what was written?

use std::sync::Arc;

use platform::{
    CommandLine, Result,
    audit::{Broken, Verified, verify_all},
    clap::{self, Parser, Subcommand},
    say,
    workspaces::{Mode, Status, Store, Tenant},
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};

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
        match verify_in(&line.store, tenant.clone()).await? {
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

/// At one moment, whatever people do meanwhile.
async fn verify_in(
    store: &Store,
    tenant: Arc<Tenant>,
) -> Result<std::result::Result<Verified, Broken>> {
    let db = store.tenant_db(tenant, Mode::Snapshot).await?;
    let found = verify_all(&db).await;
    db.finish(false).await?;
    found
}
