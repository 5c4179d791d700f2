//! What a migration is: a named step that writes SQL for both stores, or moves data in Rust.

use sea_orm::{
    DbBackend,
    sea_query::{
        IndexCreateStatement, PostgresQueryBuilder, SchemaStatementBuilder, SqliteQueryBuilder,
        TableAlterStatement, TableCreateStatement, TableDropStatement,
    },
};
use sha2::{Digest, Sha256};

use crate::{TenantDb, pool::Work};

/// One step. Names sort by the time they were written: `m20261121_000001_users`.
#[derive(Clone, Copy)]
pub struct Migration {
    /// Unique for ever; it is what a store remembers.
    pub name: &'static str,
    /// What it does.
    pub step: Step,
}

/// What a migration does.
#[derive(Clone, Copy)]
pub enum Step {
    /// Changes tables. Runs once per store to write the SQL, which then goes to every tenant.
    Schema(fn(&mut Script)),
    /// Moves rows of one tenant, in that tenant's transaction. New tenants have no rows: skipped.
    Data(fn(TenantDb) -> Work<'static, core_base::Result<()>>),
}

/// The two linear lists.
#[derive(Clone, Copy)]
pub struct Migrations {
    /// The shared database.
    pub catalog: &'static [Migration],
    /// Every tenant's.
    pub tenant: &'static [Migration],
}

impl Migrations {
    /// Every doubled or unsorted name.
    pub fn problems(&self) -> Vec<String> {
        let unsorted = |list: &[Migration]| {
            let pairs = list.windows(2).filter(|pair| pair[0].name >= pair[1].name);
            pairs
                .map(|pair| format!("{} must come before {}", pair[1].name, pair[0].name))
                .collect()
        };
        let mut problems: Vec<String> = unsorted(self.catalog);
        problems.extend(unsorted(self.tenant));
        problems
    }
}

/// A fingerprint of which migrations a schema has: equal stamps, equal schemas.
pub fn stamp<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<_> = names.into_iter().collect();
    names.sort_unstable();
    let mut hash = Sha256::new();
    for name in names {
        hash.update(name.as_bytes());
        hash.update(b"\n");
    }
    hex::encode(&hash.finalize()[..16])
}

/// Those among the migrations a schema has that are younger than all of a list, by the date and number
/// that their names begin with: a newer program than the list's has been there. Older ones that the
/// list does not know are of an app that was removed, or of another branch, and hinder nobody.
pub(crate) fn newer<'a>(list: &[Migration], have: &'a [String]) -> Vec<&'a str> {
    let last = list.iter().map(|known| age(known.name)).max().unwrap_or_default();
    have.iter().map(String::as_str).filter(|name| age(name) > last).collect()
}

/// `m20261121_000002` of `m20261121_000002_projects`.
fn age(name: &str) -> &str {
    name.match_indices('_').nth(1).map_or(name, |(at, _)| &name[..at])
}

/// What application roles may do with a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rights {
    /// Read, insert, update and delete.
    All,
    /// Read only: written by provisioning and migrations.
    Read,
    /// Read and insert: what was said stays said.
    Add,
    /// Read and update: rows that are there stay there.
    Change,
}

/// Collects the SQL of schema steps for one store, and which tables need grants.
pub struct Script {
    backend: DbBackend,
    statements: Vec<String>,
    granted: Vec<(String, Rights)>,
}

impl Script {
    /// An empty script for `backend`.
    pub fn new(backend: DbBackend) -> Self {
        Self { backend, statements: vec![], granted: vec![] }
    }

    /// Which SQL is wanted, for the rare step where the two differ.
    pub fn backend(&self) -> DbBackend {
        self.backend
    }

    /// A new table of the application's.
    pub fn create_table(&mut self, table: &TableCreateStatement) {
        self.create_table_with(table, Rights::All);
    }

    /// A new table with narrower rights.
    pub fn create_table_with(&mut self, table: &TableCreateStatement, rights: Rights) {
        let name = table.get_table_name().and_then(table_name).expect("a table has a name");
        self.build(table);
        self.granted.push((name, rights));
    }

    /// A changed table.
    pub fn alter_table(&mut self, table: &TableAlterStatement) {
        self.build(table);
    }

    /// A table that goes, with all its rows.
    pub fn drop_table(&mut self, table: &TableDropStatement) {
        self.build(table);
    }

    /// A new index.
    pub fn create_index(&mut self, index: &IndexCreateStatement) {
        self.build(index);
    }

    /// One statement that is the same on both stores.
    pub fn sql(&mut self, sql: impl Into<String>) {
        self.statements.push(sql.into());
    }

    /// What was collected, in order.
    pub fn statements(&self) -> &[String] {
        &self.statements
    }

    fn build(&mut self, statement: &impl SchemaStatementBuilder) {
        self.statements.push(match self.backend {
            DbBackend::Postgres => statement.to_string(PostgresQueryBuilder),
            _ => statement.to_string(SqliteQueryBuilder),
        });
    }

    pub(crate) fn add(&mut self, migration: &Migration) {
        if let Step::Schema(write) = migration.step {
            write(self);
        }
    }

    /// All statements in order, and on PostgreSQL the grants to `role`, table by table: granting on
    /// "all tables in schema" reads the whole catalogue.
    pub(crate) fn text(&self, schema: &str, role: &str) -> String {
        let mut text = self.statements.join(";\n");
        if !text.is_empty() {
            text.push_str(";\n");
        }
        if self.backend == DbBackend::Postgres {
            for (table, rights) in &self.granted {
                let rights = match rights {
                    Rights::All => "SELECT, INSERT, UPDATE, DELETE",
                    Rights::Read => "SELECT",
                    Rights::Add => "SELECT, INSERT",
                    Rights::Change => "SELECT, UPDATE",
                };
                text.push_str(&format!("GRANT {rights} ON {schema}.\"{table}\" TO {role};\n"));
            }
        }
        text
    }
}

fn table_name(table: &sea_orm::sea_query::TableRef) -> Option<String> {
    match table {
        sea_orm::sea_query::TableRef::Table(name, _) => Some(name.1.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::stamp;

    #[test]
    fn a_stamp_depends_on_the_set_and_not_on_the_order() {
        assert_eq!(stamp(["a", "b"]), stamp(["b", "a"]));
        assert_ne!(stamp(["a", "b"]), stamp(["ab"]));
        assert_eq!(stamp([]).len(), 32);
    }
}
