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
use builder::{Changes, List, add_migration, root, settle, today};
use core_base::config::{Environment, Reader};
use core_db::{CatalogTable, DbBackend, Migration, Migrations, Script, Step as Made};
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

/// What an entity asks for.
struct Entity {
    app: &'static str,
    name: String,
    create_table_sql: fn(DbBackend) -> Vec<String>,
}

/// The entities of the catalogue, or of every tenant.
struct Entities {
    list: List,
    migrations: &'static [Migration],
    all: Vec<Entity>,
}

async fn run() -> Result<ExitCode> {
    let root = root()?;
    let mut questions = vec![];
    for entities in both_lists()? {
        let found = difference(&entities).await?;
        questions.extend(found.questions);
        for (app, steps) in by_app(&entities.all, found.steps) {
            match write::write(&steps) {
                Ok(text) => {
                    let file = keep(&root, entities.list, (app, &write::name(&steps)), &text)?;
                    println!("Written: {file}. Read it, then: cargo run -p web -- migrate");
                }
                Err(question) => questions.push(question),
            }
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

/// What the entities of all apps, and of the platform itself, ask for.
fn both_lists() -> Result<[Entities; 2]> {
    let mut env = Reader::from_vars([]);
    let registry = Registry::new(web::apps(Environment::Test), &mut env).map_err(|problems| {
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        anyhow!("the apps do not fit together:\n{}", lines.join("\n"))
    })?;
    let own = Table::core();
    let tenant = own.iter().chain(&registry.tables);
    let tenant =
        tenant.map(|Table { app, name, create_table_sql, .. }| (*app, name, *create_table_sql));
    let catalog = registry.catalog_tables.iter();
    let catalog = catalog
        .map(|CatalogTable { app, name, create_table_sql, .. }| (*app, name, *create_table_sql));
    let entity = |(app, name, create_table_sql): (_, &String, _)| Entity {
        app,
        name: name.clone(),
        create_table_sql,
    };
    let Migrations { catalog: of_catalog, tenant: of_tenants } = migrations::ALL;
    let (catalog, tenant) = (catalog.map(entity).collect(), tenant.map(entity).collect());
    Ok([
        Entities { list: List::Catalog, migrations: of_catalog, all: catalog },
        Entities { list: List::Tenant, migrations: of_tenants, all: tenant },
    ])
}

async fn difference(entities: &Entities) -> Result<Found> {
    let wanted =
        |backend| entities.all.iter().flat_map(|one| (one.create_table_sql)(backend)).collect();
    let made = |backend| made(entities.migrations, backend);
    Ok(compare(&both(made).await?, &both(wanted).await?))
}

/// What these statements make: asked of SQLite, with what only PostgreSQL's text says.
async fn both(statements: impl Fn(DbBackend) -> Vec<String>) -> Result<Tables> {
    tables(&statements(DbBackend::Sqlite), &statements(DbBackend::Postgres)).await
}

/// What the migrations of one list do.
fn made(migrations: &[Migration], backend: DbBackend) -> Vec<String> {
    let mut script = Script::new(backend);
    for migration in migrations {
        if let Made::Schema(write) = migration.step {
            write(&mut script);
        }
    }
    script.statements().to_vec()
}

fn by_app(entities: &[Entity], steps: Vec<Step>) -> Vec<(&'static str, Vec<Step>)> {
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
fn keep(root: &Path, list: List, of: (&str, &str), text: &str) -> Result<String> {
    let mut changes = Changes::to(root);
    let file = add_migration(&mut changes, list, of, (text, "Schema", "up"), &today()?)?;
    changes.keep()?;
    settle(root, &["migrations"])?;
    Ok(file)
}
