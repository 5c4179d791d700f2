//! How changes of an entity are told: what it is called, which columns are left out or masked.

use std::{collections::HashMap, sync::Arc};

use core_base::text::capitalised;
use sea_orm::{
    ColumnTrait, EntityTrait, Iden, Iterable, PrimaryKeyToColumn, RelationTrait,
    sea_query::{ForeignKeyAction, TableRef},
};

use crate::column_kind::Kind;

/// How the changes of an entity are told in the audit trail.
#[derive(Debug)]
pub struct Audit<E: EntityTrait> {
    noun: Option<&'static str>,
    title: Option<E::Column>,
    left_out: Vec<E::Column>,
    masked: Vec<E::Column>,
    labels: Vec<(E::Column, &'static str)>,
    person: Option<E::Column>,
    words: Vec<(E::Column, Words)>,
    is_restorable: bool,
}

/// What people read for a stored word; none: the word itself.
type Words = fn(&str) -> Option<&'static str>;

impl<E: EntityTrait> Audit<E> {
    /// Every column is told. `noun` is what people call a row: "project".
    pub fn of(noun: &'static str) -> Self {
        Self { noun: Some(noun), ..Self::none() }
    }

    /// Its changes are nobody's concern: what the program notes for itself.
    pub fn none() -> Self {
        Self {
            noun: None,
            title: None,
            left_out: vec![],
            masked: vec![],
            labels: vec![],
            person: None,
            words: vec![],
            is_restorable: false,
        }
    }

    /// The column by which people know a row.
    #[must_use]
    pub fn titled(self, column: E::Column) -> Self {
        Self { title: Some(column), ..self }
    }

    /// A row is about the person with the email address in this column: once they are erased, so is what
    /// is told of it.
    #[must_use]
    pub fn person(self, column: E::Column) -> Self {
        Self { person: Some(column), ..self }
    }

    /// These columns are not told: counters, times of last use.
    #[must_use]
    pub fn without(mut self, columns: impl IntoIterator<Item = E::Column>) -> Self {
        self.left_out.extend(columns);
        self
    }

    /// That these columns change is told, and not from what to what: secrets.
    #[must_use]
    pub fn masked(mut self, columns: impl IntoIterator<Item = E::Column>) -> Self {
        self.masked.extend(columns);
        self
    }

    /// Rows that were deleted can be brought back: their entry keeps every column, also those that are not
    /// shown. Not for a table with masked columns.
    #[must_use]
    pub fn restorable(self) -> Self {
        Self { is_restorable: true, ..self }
    }

    /// What people call a column, where its name with spaces is not it.
    #[must_use]
    pub fn label(mut self, column: E::Column, label: &'static str) -> Self {
        self.labels.push((column, label));
        self
    }

    /// What people read for the words of a column that holds choices.
    #[must_use]
    pub fn words(mut self, column: E::Column, words: Words) -> Self {
        self.words.push((column, words));
        self
    }
}

/// A column as it is read for the trail.
#[derive(Clone, Debug)]
pub(crate) struct TrailColumn {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) kind: Kind,
    pub(crate) is_masked: bool,
    pub(crate) words: Option<Words>,
}

/// A column that refers to another table, and changes with it.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) column: String,
    pub(crate) to: (String, String),
    /// Its rows go with the row; else the column is emptied.
    pub(crate) is_cascade: bool,
}

/// A table whose changes are told.
#[derive(Clone, Debug)]
pub struct AuditedTable {
    /// The table's name.
    pub table: String,
    /// What people call a row.
    pub noun: &'static str,
    pub(crate) key: Vec<TrailColumn>,
    pub(crate) columns: Vec<TrailColumn>,
    /// Those that are kept with a row that is deleted, and shown nowhere.
    pub(crate) kept: Vec<TrailColumn>,
    /// Deleted rows can be brought back.
    pub is_restorable: bool,
    /// The place among `columns` of what people know a row by.
    pub(crate) title: Option<usize>,
    /// People know a row by its key.
    pub(crate) is_titled_by_key: bool,
    /// The column with the email address of the person a row is about.
    pub(crate) person: Option<String>,
    pub(crate) references: Vec<Reference>,
}

impl AuditedTable {
    /// As the entity describes it; none: its changes are not told.
    pub fn of<E: EntityTrait>(audit: Audit<E>) -> Option<Self> {
        let noun = audit.noun?;
        let same = |one: &E::Column, other: &E::Column| one.to_string() == other.to_string();
        let has = |list: &[E::Column], column: &E::Column| list.iter().any(|one| same(one, column));
        let column = |column: E::Column| TrailColumn {
            label: match audit.labels.iter().find(|(one, _)| same(one, &column)) {
                Some((_, label)) => (*label).to_owned(),
                None => sentence(&column.to_string()),
            },
            kind: Kind::of_type(column.def().get_column_type()),
            is_masked: has(&audit.masked, &column),
            words: audit.words.iter().find(|(one, _)| same(one, &column)).map(|(_, words)| *words),
            name: column.to_string(),
        };
        let keys: Vec<_> = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column).collect();
        let others = E::Column::iter().filter(|one| !has(&keys, one));
        let (left_out, told): (Vec<_>, Vec<_>) = others.partition(|one| has(&audit.left_out, one));
        let title = audit.title.and_then(|title| told.iter().position(|one| same(one, &title)));
        let kept = if audit.is_restorable { left_out } else { vec![] };
        let is_titled_by_key = audit.title.is_some_and(|title| has(&keys, &title));
        Some(Self {
            table: E::default().table_name().to_owned(),
            noun,
            key: keys.into_iter().map(column).collect(),
            columns: told.into_iter().map(column).collect(),
            kept: kept.into_iter().map(column).collect(),
            is_restorable: audit.is_restorable,
            is_titled_by_key,
            title,
            person: audit.person.map(|column| column.to_string()),
            references: references::<E>(),
        })
    }

    /// The columns that are told.
    pub fn column_names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| &*column.name)
    }

    /// Is this column shown, wherever a change is?
    pub fn tells(&self, column: &str) -> bool {
        self.columns.iter().any(|one| one.name == column)
    }

    /// Is there a column whose values nobody may read?
    pub fn is_masked(&self) -> bool {
        self.columns.iter().any(|one| one.is_masked)
    }

    /// What people read for a word that a column holds.
    pub fn word(&self, column: &str, word: &str) -> Option<&'static str> {
        let known = self.columns.iter().find(|one| one.name == column)?;
        known.words.and_then(|words| words(word))
    }

    /// What people call a column.
    pub fn label<'a>(&'a self, column: &'a str) -> &'a str {
        let known = self.columns.iter().find(|one| one.name == column);
        known.map_or(column, |one| &one.label)
    }
}

fn references<E: EntityTrait>() -> Vec<Reference> {
    let table = |table: &TableRef| match table {
        TableRef::Table(name, _) => Some(name.1.to_string()),
        _ => None,
    };
    let mine = |to: sea_orm::RelationDef| {
        let is_cascade = match to.on_delete? {
            ForeignKeyAction::Cascade => true,
            ForeignKeyAction::SetNull => false,
            _ => return None,
        };
        let (column, key) = (to.from_col.iter().next()?, to.to_col.iter().next()?);
        let to = (table(&to.to_tbl)?, key.to_string());
        Some(Reference { column: column.to_string(), to, is_cascade })
    };
    E::Relation::iter().filter_map(|relation| mine(relation.def())).collect()
}

/// "owner_id" is "Owner", "expires_at" is "Expires".
fn sentence(name: &str) -> String {
    let name = name.trim_end_matches("_id").trim_end_matches("_at").replace('_', " ");
    capitalised(&name)
}

/// All tables whose changes are told.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    tables: HashMap<String, Arc<AuditedTable>>,
}

impl Trail {
    pub(crate) fn new(tables: Vec<AuditedTable>) -> Self {
        let named = tables.into_iter().map(|table| (table.table.clone(), Arc::new(table)));
        Self { tables: named.collect() }
    }

    pub(crate) fn table(&self, name: &str) -> Option<&Arc<AuditedTable>> {
        self.tables.get(name)
    }

    /// Does a statement name a table whose changes are told, as a word of its own?
    pub(crate) fn is_named_in(&self, sql: &str) -> bool {
        let mut words = sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        words.any(|word| self.tables.contains_key(word))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &AuditedTable> {
        self.tables.values().map(|table| &**table)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// Who refers to a table and changes when its rows go.
    pub(crate) fn cascades<'a>(
        &'a self,
        table: &'a str,
    ) -> impl Iterator<Item = (&'a Arc<AuditedTable>, &'a Reference)> {
        let of = move |child: &'a Arc<AuditedTable>| {
            let to = child.references.iter().filter(move |one| one.to.0 == table);
            to.map(move |reference| (child, reference))
        };
        self.tables.values().flat_map(of)
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn a_column_without_a_label_is_called_by_its_name() {
        assert_eq!(sentence("owner_id"), "Owner");
        assert_eq!(sentence("expires_at"), "Expires");
        assert_eq!(sentence("time_zone"), "Time zone");
    }
}
