//! `check`: what would go wrong, all at once; with `--deploy` also what a public site must not be.

mod files;
mod settings;

use std::process::ExitCode;

use core_base::{Config, Finding};
use platform::{Problem, Registry};

use super::{open, print_json};
use crate::apps;

pub(crate) async fn check(config: &Config, deploy: bool, json: bool) -> anyhow::Result<ExitCode> {
    let mut findings = vec![];
    if let Err(problems) = Registry::new(apps(config)) {
        findings.extend(problems.into_iter().map(finding));
    }
    if deploy {
        findings.extend(settings::findings(config));
        findings.extend(files::findings(&config.data_dir));
    }
    if let Err(error) = store(config, deploy, &mut findings).await {
        let hint = "mend DATABASE_URL or DATA_DIR, or run `groundwork migrate`";
        findings.push(Finding::new("store.unreachable", format!("{error:#}"), hint));
    }
    if json {
        print_json(&findings)?;
    } else {
        for finding in &findings {
            println!("- {finding}");
        }
        println!("{} found", findings.len());
    }
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn store(config: &Config, deploy: bool, findings: &mut Vec<Finding>) -> anyhow::Result<()> {
    let store = open(config).await?;
    findings.extend(store.weaknesses().await?);
    if deploy {
        findings.extend(store.weaknesses_of_server(config.connections).await?);
    }
    let (_, quarantined) = store.migration_status().await?;
    findings.extend(quarantined.into_iter().map(|(slug, why)| {
        let text = format!("the workspace {slug} could not be migrated: {why}");
        Finding::new("store.quarantined", text, "mend it, then run `groundwork migrate`")
    }));
    if !store.is_migrated().await? {
        let text = "some workspaces lack migrations";
        findings.push(Finding::new("store.behind", text, "run `groundwork migrate`"));
    }
    Ok(())
}

fn finding(problem: Problem) -> Finding {
    let text = format!("{}: {}", problem.app, problem.text);
    Finding::new("apps", text, problem.hint)
}

/// All problems of the apps as one error.
pub(crate) fn all(problems: Vec<Problem>) -> anyhow::Error {
    let lines: Vec<_> = problems.iter().map(|problem| format!("\n  - {problem}")).collect();
    anyhow::anyhow!("the apps don't fit together:{}", lines.concat())
}
