//! `check`: what would go wrong, all at once.

use std::process::ExitCode;

use core_base::Config;
use platform::{Problem, Registry};

use super::open;
use crate::apps;

pub(crate) async fn check(config: &Config) -> anyhow::Result<ExitCode> {
    let mut findings = vec![];
    if let Err(problems) = Registry::new(apps(config)) {
        findings.extend(problems.iter().map(Problem::to_string));
    }
    match open(config).await {
        Ok(store) => {
            findings.extend(store.weaknesses().await?);
            let (_, quarantined) = store.migration_status().await?;
            findings.extend(quarantined.into_iter().map(|(slug, why)| {
                format!("the workspace {slug} could not be migrated: {why} (mend it, then `groundwork migrate`)")
            }));
            if !store.is_migrated().await? {
                findings.push("some workspaces lack migrations (run `groundwork migrate`)".into());
            }
        }
        Err(error) => findings.push(format!("the store: {error:#}")),
    }
    for finding in &findings {
        println!("- {finding}");
    }
    println!("{} found", findings.len());
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// All problems of the apps as one error.
pub(crate) fn all(problems: Vec<Problem>) -> anyhow::Error {
    let lines: Vec<_> = problems.iter().map(|problem| format!("\n  - {problem}")).collect();
    anyhow::anyhow!("the apps don't fit together:{}", lines.concat())
}
