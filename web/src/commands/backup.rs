//! `backup` and `restore`: the whole embedded store.

use std::{path::Path, process::ExitCode};

use core_access::archives;
use core_base::config::StoreConfig;
use core_db::{Status, backup};

use super::plain;
use platform::say;

use crate::program::Program;

pub(crate) async fn backup(program: &Program, to: &Path) -> anyhow::Result<ExitCode> {
    let manifest = program.open().await?.backup(to).await?;
    let size: u64 = manifest.files.iter().map(|file| file.size).sum();
    say!("{}: {} files, {} kB", to.display(), manifest.files.len(), size / 1024);
    Ok(ExitCode::SUCCESS)
}

/// Puts the files back, brings them to the current schema, erases what was erased since, and makes
/// the index of who belongs where anew.
pub(crate) async fn restore(program: &Program, from: &Path) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        matches!(program.config.store, StoreConfig::Embedded),
        "the data is on PostgreSQL: restore it with the server's own tools, then start `serve`"
    );
    let manifest = backup::restore(from, &program.config.data_dir)?;
    core_db::prepare(&program.config, &program.migrations).await?;
    let store = program.open().await?;
    let report = store.migrate_tenants(&|_| {}).await?;
    let erased = store.erase_again().await?;
    for row in store.tenants().await? {
        if Status::WHOLE.contains(&row.status) && row.quarantine.is_empty() {
            let tenant = store.tenant(row);
            archives::reconcile(&store, &tenant).await.map_err(plain)?;
        }
    }
    say!("the store is as it was on {}", manifest.made_at.to_rfc3339());
    if erased > 0 {
        say!("{erased} workspaces that were erased since are erased again");
    }
    for (slug, why) in &report.failed {
        say!("{slug} could not be migrated: {why}");
    }
    Ok(if report.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
