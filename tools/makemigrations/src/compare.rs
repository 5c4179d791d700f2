//! What entities have that migrations have not made yet, and what nobody but a person can decide.

use crate::read::{Column, Index, Table, Tables};

/// A step that can be written without asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Table(String, Table),
    Column(String, Column),
    Index(String, Index),
}

/// What is found between the two.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) steps: Vec<Step>,
    /// What is to be decided, and what can be done.
    pub(crate) questions: Vec<String>,
}

impl Step {
    /// The table that it changes.
    pub(crate) fn table(&self) -> &str {
        match self {
            Self::Table(table, _) | Self::Column(table, _) | Self::Index(table, _) => table,
        }
    }
}

/// From the tables that migrations made to those that entities want.
pub(crate) fn compare(made: &Tables, wanted: &Tables) -> Found {
    let mut found = Found::default();
    for (name, table) in wanted {
        match made.get(name) {
            None => found.steps.push(Step::Table(name.clone(), table.clone())),
            Some(old) => compare_table(name, old, table, &mut found),
        }
    }
    found
}

fn compare_table(name: &str, old: &Table, new: &Table, found: &mut Found) {
    let is_in =
        |table: &Table, column: &Column| table.columns.iter().any(|c| c.name == column.name);
    let gone: Vec<_> = old.columns.iter().filter(|column| !is_in(new, column)).collect();
    let added: Vec<_> = new.columns.iter().filter(|column| !is_in(old, column)).collect();
    for column in &gone {
        found.questions.push(about_gone(name, column, &added));
    }
    for column in &new.columns {
        if let Some(before) = old.columns.iter().find(|c| c.name == column.name && *c != column) {
            found.questions.push(about_change(name, before, column));
        }
    }
    for column in added.iter().filter(|_| gone.is_empty()) {
        let refers = new.references.iter().find(|reference| reference.column == column.name);
        if let Some(reference) = refers {
            found.questions.push(format!(
                "{name}.{} refers to {}: SQLite adds no reference to a table that is there. The column \
                 is written without; keep the two in step in the verbs of the app",
                column.name, reference.table
            ));
        }
        if column.required && column.default.is_none() {
            found.questions.push(about_empty(name, column));
        } else {
            found.steps.push(Step::Column(name.to_owned(), (*column).clone()));
        }
    }
    let is_there = |index: &Index| {
        old.indexes
            .iter()
            .any(|there| there.columns == index.columns && there.unique == index.unique)
    };
    for index in new.indexes.iter().filter(|index| !is_there(index)) {
        let exists = |column: &String| {
            let is_old = old.columns.iter().any(|c| c.name == *column);
            let new = |step: &Step| matches!(step, Step::Column(_, c) if c.name == *column);
            is_old || found.steps.iter().any(new)
        };
        if index.columns.iter().all(exists) {
            found.steps.push(Step::Index(name.to_owned(), index.clone()));
        }
    }
}

fn about_gone(table: &str, column: &Column, added: &[&Column]) -> String {
    let gone = &column.name;
    let renamed = added.iter().map(|new| {
        format!("\n  renamed to `{0}`: script.sql(\"ALTER TABLE {table} RENAME COLUMN {gone} TO {0}\"), \
                 in a release that may stand still while it is rolled out", new.name)
    });
    let renamed: String = renamed.collect();
    format!(
        "{table}.{gone} is in the table and not in the entity. Write the step yourself:{renamed}\n  \
         not needed any more: keep the column (nullable, or with a default) for this release, and drop it \
         in the next: script.sql(\"ALTER TABLE {table} DROP COLUMN {gone}\")"
    )
}

fn about_change(table: &str, old: &Column, new: &Column) -> String {
    let name = &new.name;
    format!(
        "{table}.{name} is {} in the table, and {} in the entity. A column that is there keeps its type: \
         add a new one, fill it in a data step (`Step::Data`), and drop the old one in a later release; or \
         give the entity back what it had",
        told(old),
        told(new)
    )
}

fn about_empty(table: &str, column: &Column) -> String {
    format!(
        "{table}.{0} must be there, and rows that are there have none. Make it an `Option`, or give it a \
         value: #[sea_orm(default_value = …)]",
        column.name
    )
}

fn told(column: &Column) -> String {
    let empty = if column.required { "required" } else { "optional" };
    let default = column.default.as_ref().map(|value| format!(", {value} by default"));
    format!("`{}` ({empty}{})", column.kind, default.unwrap_or_default())
}
