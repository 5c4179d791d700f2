//! `migrate`: the catalogue first, then all workspaces.

use std::{
    io::IsTerminal,
    process::ExitCode,
    sync::Mutex,
    time::{Duration, Instant},
};

use core_db::Progress;

use platform::out::print_json;
use platform::{out::complain, say};

use crate::program::Program;

pub(crate) async fn migrate(program: &Program, json: bool) -> anyhow::Result<ExitCode> {
    core_db::prepare(&program.config, &program.migrations).await?;
    let store = program.open().await?;
    let last = Mutex::new(Instant::now());
    let report = store.migrate_tenants(&|progress| show(progress, &last)).await?;
    if json {
        print_json(&report)?;
    } else if report.migrated == 0 && report.failed.is_empty() && report.released == 0 {
        say!("the catalogue is ready, and no workspace is left to migrate");
    } else {
        if report.released > 0 {
            say!("{} workspaces that were put aside are open again", report.released);
        }
        say!("{} workspaces migrated, {} failed", report.migrated, report.failed.len());
        for (slug, why) in &report.failed {
            say!("  {slug}: {why}");
        }
    }
    Ok(if report.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A line on a terminal that moves; in a log one every ten seconds.
fn show(progress: Progress, last: &Mutex<Instant>) {
    let terminal = std::io::stderr().is_terminal();
    let pause = if terminal { Duration::from_millis(100) } else { Duration::from_secs(10) };
    let Ok(mut last) = last.lock() else { return };
    let end = progress.done == progress.total;
    if !end && last.elapsed() < pause {
        return;
    }
    *last = Instant::now();
    let (start, stop) =
        if terminal { ("\r\x1b[K", if end { "\n" } else { "" }) } else { ("", "\n") };
    let Progress { done, total, failed, .. } = progress;
    let left = progress.left().as_secs();
    let line =
        format_args!("{start}{done} of {total} workspaces, {failed} failed, {left} s left{stop}");
    complain(line);
}

#[derive(serde::Serialize)]
struct Status {
    current: usize,
    /// Migrated by a newer program.
    ahead: usize,
    behind: usize,
    quarantined: Vec<(String, String)>,
}

pub(crate) async fn status(program: &Program, json: bool) -> anyhow::Result<ExitCode> {
    let store = program.open().await?;
    let (stamps, quarantined) = store.migration_status().await?;
    let current = stamps.get(&store.current_stamp()).copied().unwrap_or(0);
    let ahead =
        stamps.iter().filter(|(stamp, _)| store.is_ahead(stamp)).map(|(_, count)| count).sum();
    let behind = stamps.values().sum::<usize>() - current - ahead;
    let status = Status { current, ahead, behind, quarantined };
    if json {
        print_json(&status)?;
    } else {
        say!("{current} workspaces are current, {ahead} ahead of this program, {behind} behind");
        for (slug, why) in &status.quarantined {
            say!("  {slug} is quarantined: {why}");
        }
    }
    Ok(if behind == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
