//! The text that makes a write give back the rows before and after, and reading those rows.

use sea_orm::{DbErr, QueryResult};
use serde_json::Value as Json;

use super::{
    description::{AuditedTable, TrailColumn},
    write::{Verb, Write},
};
use crate::statement::refused;

/// The columns to read: all that are told, of a deletion those that are kept too, or of an update those
/// that it sets, with the title.
pub(super) fn told_columns<'a>(
    table: &'a AuditedTable,
    parts: &Write<'_>,
) -> Result<Vec<&'a TrailColumn>, DbErr> {
    match parts.verb {
        Verb::Insert => return Ok(table.columns.iter().collect()),
        Verb::Delete => return Ok(table.columns.iter().chain(&table.kept).collect()),
        Verb::Update => {}
    }
    if table.key.iter().any(|key| parts.sets.contains(&&*key.name)) {
        return Err(refused("the key of a row whose changes are told does not change"));
    }
    let is_set = |column: &TrailColumn| parts.sets.contains(&&*column.name);
    if !table.columns.iter().any(is_set) {
        return Ok(vec![]);
    }
    let places = table.columns.iter().enumerate();
    let wanted = places.filter(|(place, one)| is_set(one) || Some(*place) == table.title);
    Ok(wanted.map(|(_, column)| column).collect())
}

/// `"x"."id" AS gw_k0, "x"."name" AS gw_a0, …`
pub(super) fn asked(
    table: &AuditedTable,
    columns: &[&TrailColumn],
    of: &str,
    letter: &str,
) -> String {
    let keys = table.key.iter().enumerate().map(|(n, column)| (format!("k{n}"), column));
    let rest = columns.iter().enumerate().map(|(n, column)| (format!("{letter}{n}"), *column));
    let ask = |(name, column): (String, &TrailColumn)| {
        format!("{} AS gw_{name}", column.kind.sql(&format!("{of}\"{}\"", column.name)))
    };
    keys.chain(rest).map(ask).collect::<Vec<_>>().join(", ")
}

/// The statement as it is, giving back the told columns beside what was asked.
pub(super) fn with_returning(
    table: &AuditedTable,
    columns: &[&TrailColumn],
    parts: &Write<'_>,
) -> String {
    let which = parts.condition.map(|text| format!(" WHERE {text}")).unwrap_or_default();
    let also = parts.returning.map(|text| format!("{text}, ")).unwrap_or_default();
    format!("{}{which} RETURNING {also}{}", parts.head, asked(table, columns, "", "a"))
}

/// PostgreSQL reads the rows and locks them, changes those, and gives back both.
pub(super) fn update_with_before(
    table: &AuditedTable,
    columns: &[&TrailColumn],
    parts: &Write<'_>,
) -> String {
    let (target, name) = (parts.target, format!("\"{}\".", parts.table));
    let which = parts.condition.map(|text| format!(" WHERE {text}")).unwrap_or_default();
    let raw = |columns: &mut dyn Iterator<Item = (String, &str)>| {
        columns
            .map(|(short, name)| format!("\"{name}\" AS gw_{short}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let keys = table.key.iter().enumerate().map(|(n, one)| (format!("o{n}"), &*one.name));
    let before = columns.iter().enumerate().map(|(n, one)| (format!("b{n}"), &*one.name));
    let old = raw(&mut keys.clone().chain(before));
    let same = keys.map(|(short, key)| format!("{name}\"{key}\" = gw_before.gw_{short}"));
    let same = same.collect::<Vec<_>>().join(" AND ");
    let also = parts.returning.map(|text| format!("{text}, ")).unwrap_or_default();
    let old_values = columns
        .iter()
        .enumerate()
        .map(|(n, one)| format!("{} AS gw_b{n}", one.kind.sql(&format!("gw_before.gw_b{n}"))));
    let old_values = old_values.collect::<Vec<_>>().join(", ");
    format!(
        "WITH gw_before AS MATERIALIZED (SELECT {old} FROM {target}{which} FOR UPDATE) {} \
         FROM gw_before WHERE {same} RETURNING {also}{}, {old_values}",
        parts.head,
        asked(table, columns, &name, "a"),
    )
}

pub(super) fn key(table: &AuditedTable, row: &QueryResult) -> Result<String, DbErr> {
    let part = |(n, column): (usize, &TrailColumn)| {
        let value = column.kind.read(row, &*format!("gw_k{n}")).map_err(unreadable)?;
        Ok::<_, DbErr>(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let parts = table.key.iter().enumerate().map(part).collect::<Result<Vec<_>, _>>()?;
    Ok(parts.join("/"))
}

pub(super) fn values_of(
    columns: &[&TrailColumn],
    row: &QueryResult,
    letter: &str,
) -> Result<Vec<Json>, DbErr> {
    let read = |(n, column): (usize, &&TrailColumn)| {
        column.kind.read(row, &*format!("gw_{letter}{n}")).map_err(unreadable)
    };
    columns.iter().enumerate().map(read).collect()
}

fn unreadable(error: anyhow::Error) -> DbErr {
    refused(&format!("a value cannot be told: {error}"))
}
