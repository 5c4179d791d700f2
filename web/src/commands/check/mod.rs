//! `check`: what would go wrong, all at once; with `--deploy` also what a public site must not be.

mod files;
mod settings;

use std::{collections::BTreeMap, path::Path, process::ExitCode};

use core_base::{Finding, config::Environment};
use core_db::Store;
use platform::{AppProblem, Table};

use platform::out::print_json;
use platform::say;

use crate::program::Program;

pub(crate) async fn check(program: &Program, deploy: bool, json: bool) -> anyhow::Result<ExitCode> {
    let mut findings = vec![];
    let config = &program.config;
    let tables = match &program.apps {
        Ok(registry) => {
            for (plan, key) in registry.unknown_grants() {
                let text = format!("the plan {plan} grants `{key}`, which no app declares");
                findings.push(Finding::new("apps.grants", text, "take it out of the plan"));
            }
            registry.tables.clone()
        }
        Err(problems) => {
            findings.extend(problems.iter().map(finding));
            vec![]
        }
    };
    if config.environment == Environment::Development {
        findings.extend(stylesheet(Path::new("")));
    }
    if deploy {
        findings.extend(settings::findings(config));
        findings.extend(files::findings(&config.data_dir));
    }
    if let Err(error) = store(program, (deploy, &tables), &mut findings).await {
        let hint = "mend DATABASE_URL or DATA_DIR, or run `groundwork migrate`";
        findings.push(Finding::new("store.unreachable", format!("{error:#}"), hint));
    }
    if json {
        print_json(&findings)?;
    } else {
        for finding in &findings {
            say!("- {finding}");
        }
        match findings.len() {
            0 => say!("No problems found"),
            1 => say!("1 problem found"),
            many => say!("{many} problems found"),
        }
    }
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn store(
    program: &Program,
    (deploy, tables): (bool, &[Table]),
    findings: &mut Vec<Finding>,
) -> anyhow::Result<()> {
    let store = program.open_to_look().await?;
    findings.extend(store.weaknesses().await?);
    if deploy {
        findings.extend(store.weaknesses_of_server(program.config.connections).await?);
    }
    findings.extend(of_store(&store, tables).await?);
    Ok(())
}

/// What stands in the store and should not, which `serve` says too when it starts.
pub(crate) async fn of_store(store: &Store, tables: &[Table]) -> anyhow::Result<Vec<Finding>> {
    let (_, quarantined) = store.migration_status().await?;
    let aside = quarantined.into_iter().map(|(slug, why)| {
        let text = format!("the workspace {slug} could not be migrated: {why}");
        Finding::new("store.quarantined", text, "mend it, then run `groundwork migrate`")
    });
    let mut findings: Vec<_> = aside.collect();
    let newer = store.newer_migrations().await?;
    if !newer.is_empty() {
        let text = format!(
            "workspaces were migrated by a newer program ({}), so no new ones can be made",
            newer.join(", ")
        );
        let hint = "start the newer program; if an app was removed, add the migration that drops \
                    its table";
        findings.push(Finding::new("store.newer", text, hint));
    }
    if !store.is_migrated().await? {
        let text = "some workspaces lack migrations";
        findings.push(Finding::new("store.behind", text, "run `groundwork migrate`"));
    }
    findings.extend(
        core_access::archives::invalid_workspaces(store)
            .await
            .map_err(core_base::Error::into_anyhow)?,
    );
    findings.extend(lacking(store, tables).await?);
    Ok(findings)
}

/// Tables that are not what the entities say, though every migration is done.
async fn lacking(store: &Store, tables: &[Table]) -> anyhow::Result<Vec<Finding>> {
    let pair = |table: &Table| (table.name.clone(), table.columns.clone());
    let tables: Vec<_> = Table::core().iter().chain(tables).map(pair).collect();
    let drift = store.schema_drift(&tables).await.map_err(core_base::Error::into_anyhow)?;
    let hint = "run `make makemigrations`, if no migration makes it; if one was changed after it ran: put it \
                back, or, in development, start with a new DATA_DIR";
    let lacking = by_column(drift.lacking).into_iter().map(|(column, places)| {
        let text = format!("{places} has no column {column}, and all its migrations");
        Finding::new("store.lacking", text, hint)
    });
    let unfilled = by_column(drift.unfilled).into_iter().map(|(column, places)| {
        let text =
            format!("{places} has a column {column} that must be filled, and no entity knows it");
        Finding::new("store.unfilled", text, hint)
    });
    Ok(lacking.chain(unfilled).collect())
}

/// Each column once, with the first place that it is about, and how many more there are.
fn by_column(found: Vec<(String, String)>) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (slug, column) in found {
        all.entry(column).or_default().push(slug);
    }
    let places = |slugs: Vec<String>| {
        let first = match slugs.first().map(String::as_str).unwrap_or_default() {
            "" => "the catalogue".to_owned(),
            slug => format!("the workspace {slug}"),
        };
        match slugs.len() - 1 {
            0 => first,
            more => format!("{first} (and {more} more)"),
        }
    };
    all.into_iter().map(|(column, slugs)| (column, places(slugs))).collect()
}

fn finding(problem: &AppProblem) -> Finding {
    let text = format!("{}: {}", problem.app, problem.text);
    Finding::new("apps", text, problem.hint.as_str())
}

/// Classes that do nothing, where this is run in the tree: elsewhere there are no templates.
fn stylesheet(root: &Path) -> Vec<Finding> {
    let css = std::fs::read_to_string(root.join(core_stylesheet::STYLESHEET)).unwrap_or_default();
    let missing =
        if css.is_empty() { Default::default() } else { core_stylesheet::missing(root, &css) };
    let finding = |(class, file): (String, std::path::PathBuf)| {
        let text =
            format!("{} uses the class `{class}`, which the stylesheet lacks", file.display());
        Finding::new("css.missing", text, "run `make css`; if it stays, no such class exists")
    };
    missing.into_iter().map(finding).collect()
}
