//! Writes the migration for entities that have changed: `make makemigrations`.
//!
//! One scratch database goes through the migrations, another is made from the entities, and SQLite
//! says what differs. What only a person can decide is said, and nothing is ever dropped.

mod compare;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::{path::Path, process::ExitCode};

use anyhow::{Result, anyhow};
use builder::{Changes, add_migration, root, settle, today};
use core_base::{Config, config::Reader};
use core_db::{DbBackend, Script, Step as Made};
use platform::{Registry, Table};

use crate::{
    compare::{Found, Step, compare},
    read::{Tables, tables},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<ExitCode> {
    let entities = entities()?;
    let Found { steps, mut questions } = difference(&entities).await?;
    let root = root()?;
    for (app, steps) in by_app(&entities, steps) {
        match write::write(&steps) {
            Ok(text) => {
                let file = keep(&root, app, &write::name(&steps), &text)?;
                println!("Written: {file}. Read it, then: cargo run -p web -- migrate");
            }
            Err(question) => questions.push(question),
        }
    }
    if questions.is_empty() {
        println!("Entities and migrations are in step now.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("To be decided by you:");
    questions.iter().for_each(|question| println!("- {question}"));
    Ok(ExitCode::FAILURE)
}

/// What the entities of all apps, and of the spine in every tenant, ask for.
fn entities() -> Result<Vec<Table>> {
    let vars = [("SECRET_KEY", "only to ask for the list of apps"), ("ENVIRONMENT", "test")];
    let vars = vars.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::read(Reader::from_vars(vars))?;
    let registry = Registry::new(web::apps(&config)).map_err(|problems| {
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        anyhow!("the apps do not fit together:\n{}", lines.join("\n"))
    })?;
    Ok(Table::own().into_iter().chain(registry.tables).collect())
}

async fn difference(entities: &[Table]) -> Result<Found> {
    let wanted = |backend| entities.iter().flat_map(|table| (table.wanted)(backend)).collect();
    Ok(compare(&both(made).await?, &both(wanted).await?))
}

/// What these statements make: asked of SQLite, with what only PostgreSQL's text says.
async fn both(statements: impl Fn(DbBackend) -> Vec<String>) -> Result<Tables> {
    tables(&statements(DbBackend::Sqlite), &statements(DbBackend::Postgres)).await
}

/// The migrations of tenants.
fn made(backend: DbBackend) -> Vec<String> {
    let mut script = Script::new(backend);
    for migration in migrations::ALL.tenant {
        if let Made::Schema(write) = migration.step {
            write(&mut script);
        }
    }
    script.statements().to_vec()
}

fn by_app(entities: &[Table], steps: Vec<Step>) -> Vec<(&'static str, Vec<Step>)> {
    let mut apps: Vec<(&str, Vec<Step>)> = vec![];
    for step in steps {
        let owner = entities.iter().find(|table| table.name == step.table());
        let app = owner.map_or("core", |table| table.app);
        match apps.iter_mut().find(|(name, _)| *name == app) {
            Some((_, steps)) => steps.push(step),
            None => apps.push((app, vec![step])),
        }
    }
    apps
}

/// Adds the file and its line in the list.
fn keep(root: &Path, app: &str, what: &str, text: &str) -> Result<String> {
    let mut changes = Changes::to(root);
    let file = add_migration(&mut changes, app, what, (text, "Schema", "up"), &today()?)?;
    changes.keep()?;
    settle(root, &["migrations"])?;
    Ok(file)
}
