//! Tables as they are, asked of the database itself, parents before their children.

use std::collections::{BTreeMap, HashSet};

use anyhow::ensure;
use core_base::{Error, Result};
use sea_orm::ConnectionTrait;

use super::LEFT_OUT;
use crate::{
    CatalogTable, TenantDb,
    column_kind::{Kind, kind_of},
    table_columns::{Reference, TableColumn, catalog_columns, references, table_columns},
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

/// All tables of a tenant with data.
pub(super) async fn shapes(db: &TenantDb) -> Result<Vec<Shape>> {
    let mut columns = table_columns(db).await?;
    columns.retain(|column| !LEFT_OUT.contains(&&*column.table));
    let required = |column: &&TableColumn| column.is_required;
    let names = |column: &TableColumn| (column.table.clone(), column.name.clone());
    let required: HashSet<_> = columns.iter().filter(required).map(names).collect();
    let mut tables = by_table(columns)?;
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

/// The tables of the catalogue whose rows archives carry, each with its column for the tenant.
pub(super) async fn catalog_shapes(
    catalog: &impl ConnectionTrait,
    tables: &[CatalogTable],
) -> Result<Vec<(Shape, String)>> {
    let archived = |name: &str| tables.iter().find(|table| table.is_archived && table.name == name);
    let mut columns = catalog_columns(catalog).await?;
    columns.retain(|column| archived(&column.table).is_some());
    let with_column = |shape: Shape| {
        let column = archived(&shape.name)?.tenant_column()?.to_owned();
        Some((shape, column))
    };
    Ok(by_table(columns)?.into_values().filter_map(with_column).collect())
}

fn by_table(columns: Vec<TableColumn>) -> anyhow::Result<BTreeMap<String, Shape>> {
    let mut tables = BTreeMap::<String, Shape>::new();
    for TableColumn { table, name, kind, is_key, .. } in columns {
        let kind = kind_of(&table, &name, &kind)?;
        let shape = tables.entry(table.clone()).or_default();
        shape.name = table;
        if is_key {
            shape.key.push(shape.columns.len());
        }
        shape.columns.push((name, kind));
    }
    Ok(tables)
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
