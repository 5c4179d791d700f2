//! The tables of a tenant as they are, asked of the database itself, parents before their children.

use std::collections::{BTreeMap, HashSet};

use anyhow::ensure;
use core_base::{Error, Result};

use super::{
    LEFT_OUT,
    kind::{Kind, kind_of},
};
use crate::{
    TenantDb,
    table_columns::{Reference, TableColumn, references, table_columns},
};

/// A table.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    pub(super) name: String,
    pub(super) columns: Vec<(String, Kind)>,
    /// Places of the columns of its primary key.
    pub(super) key: Vec<usize>,
    /// Columns that refer to rows of the table itself.
    pub(super) itself: Vec<String>,
    /// Tables that must be filled before.
    parents: Vec<String>,
}

/// All tables with data.
pub(super) async fn shapes(db: &TenantDb) -> Result<Vec<Shape>> {
    let (mut tables, mut required) = (BTreeMap::<String, Shape>::new(), HashSet::new());
    for TableColumn { table, name, kind, is_key, is_required, .. } in table_columns(db).await? {
        if LEFT_OUT.contains(&&*table) {
            continue;
        }
        let kind = kind_of(&table, &name, &kind)?;
        if is_required {
            required.insert((table.clone(), name.clone()));
        }
        let shape = tables.entry(table.clone()).or_default();
        shape.name = table;
        if is_key {
            shape.key.push(shape.columns.len());
        }
        shape.columns.push((name, kind));
    }
    for Reference { table, column, to } in references(db).await? {
        let Some(shape) = tables.get_mut(&table) else { continue };
        match to == table {
            false => shape.parents.push(to),
            true if required.contains(&(table.clone(), column.clone())) => {
                return Err(no_first(&table, &column));
            }
            true => shape.itself.push(column),
        }
    }
    Ok(in_order(tables.into_values().collect())?)
}

fn no_first(table: &str, column: &str) -> Error {
    Error::Conflict(format!(
        "{table}.{column} refers to rows of its own table and is never null: no row of an archive could \
         come first. Let it be null in the first row."
    ))
}

/// Parents first. What can't be put in order can't be filled either.
fn in_order(mut rest: Vec<Shape>) -> anyhow::Result<Vec<Shape>> {
    let mut done: Vec<Shape> = vec![];
    while !rest.is_empty() {
        let names: Vec<_> = rest.iter().map(|shape| shape.name.clone()).collect();
        let (ready, later): (Vec<_>, Vec<_>) = rest
            .into_iter()
            .partition(|shape| !shape.parents.iter().any(|parent| names.contains(parent)));
        ensure!(
            !ready.is_empty(),
            "tables refer to each other in a circle: {names:?}. Archives need tables in an order in \
             which none refers to a later one"
        );
        for shape in &ready {
            ensure!(!shape.key.is_empty(), "{} has no primary key", shape.name);
        }
        done.extend(ready);
        rest = later;
    }
    Ok(done)
}
