//! The tables of a tenant as they are, asked of the database itself, parents before their children.

use std::collections::{BTreeMap, HashSet};

use anyhow::ensure;
use core_base::{Error, Result};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::{
    LEFT_OUT,
    kind::{Kind, kind_of},
};
use crate::TenantDb;

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

/// `(table, column, type, is part of the key, is never null)`, a row for each column.
const SQLITE_COLUMNS: &str = "SELECT m.name AS t, c.name AS c, c.type AS k, c.pk > 0 AS p, \
     c.\"notnull\" > 0 AS n \
     FROM \"tenant\".\"sqlite_master\" m JOIN pragma_table_info(m.name) c \
     WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY m.name, c.cid";
/// `(table, column, the table it refers to)`.
const SQLITE_PARENTS: &str = "SELECT m.name AS t, f.\"from\" AS c, f.\"table\" AS p \
     FROM \"tenant\".\"sqlite_master\" m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";
const POSTGRES_COLUMNS: &str = "SELECT c.relname::text AS t, a.attname::text AS c, \
     format_type(a.atttypid, a.atttypmod) AS k, \
     coalesce(a.attnum = ANY (i.indkey::int2[]), false) AS p, a.attnotnull AS n \
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
     LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary \
     WHERE n.nspname = $1 AND c.relkind = 'r' ORDER BY c.relname, a.attnum";
const POSTGRES_PARENTS: &str = "SELECT c.relname::text AS t, a.attname::text AS c, \
     p.relname::text AS p \
     FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class p ON p.oid = f.confrelid \
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (f.conkey) \
     JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND f.contype = 'f'";

/// All tables with data.
pub(super) async fn shapes(db: &TenantDb) -> Result<Vec<Shape>> {
    let backend = db.get_database_backend();
    let ask = |sqlite, postgres| match backend {
        DbBackend::Postgres => {
            Statement::from_sql_and_values(backend, postgres, [db.tenant().schema().into()])
        }
        _ => Statement::from_string(backend, sqlite),
    };
    let (mut tables, mut required) = (BTreeMap::<String, Shape>::new(), HashSet::new());
    for row in db.query_all_raw(ask(SQLITE_COLUMNS, POSTGRES_COLUMNS)).await? {
        let (table, column): (String, String) = (row.try_get("", "t")?, row.try_get("", "c")?);
        if LEFT_OUT.contains(&&*table) {
            continue;
        }
        if row.try_get::<bool>("", "n")? {
            required.insert((table.clone(), column.clone()));
        }
        let kind = kind_of(&table, &column, &row.try_get::<String>("", "k")?)?;
        let shape = tables.entry(table.clone()).or_default();
        shape.name = table;
        if row.try_get::<bool>("", "p")? {
            shape.key.push(shape.columns.len());
        }
        shape.columns.push((column, kind));
    }
    for row in db.query_all_raw(ask(SQLITE_PARENTS, POSTGRES_PARENTS)).await? {
        let [table, column, parent] =
            [row.try_get::<String>("", "t")?, row.try_get("", "c")?, row.try_get("", "p")?];
        let Some(shape) = tables.get_mut(&table) else { continue };
        if parent != table {
            shape.parents.push(parent);
            continue;
        }
        let place = (table, column);
        if required.contains(&place) {
            let (table, column) = place;
            return Err(Error::Conflict(format!(
                "{table}.{column} refers to rows of its own table and is never null: no row of an \
                 archive could come first. Let it be null in the first row."
            )));
        }
        shape.itself.push(place.1);
    }
    Ok(in_order(tables.into_values().collect())?)
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
