//! What a scratch database says of its tables. Both sides are read back from SQLite itself, so that
//! two ways of saying the same are the same.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, Executor, Row, SqliteConnection, sqlite::SqliteRow};

/// Tables by name.
pub(crate) type Tables = BTreeMap<String, Table>;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) indexes: Vec<Index>,
    pub(crate) references: Vec<Reference>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// As SQLite writes it, `uuid_text`; and `bigint`.
    pub(crate) kind: String,
    pub(crate) required: bool,
    pub(crate) default: Option<String>,
    pub(crate) primary: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Index {
    pub(crate) columns: Vec<String>,
    pub(crate) unique: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) column: String,
    pub(crate) table: String,
    pub(crate) on_delete: String,
}

/// The tables that these statements make in an empty database; `postgres` is the same for PostgreSQL.
pub(crate) async fn tables(statements: &[String], postgres: &[String]) -> Result<Tables> {
    let wide = wide(postgres);
    let mut db = SqliteConnection::connect("sqlite::memory:").await?;
    for sql in statements {
        let done = db.execute(sqlx::raw_sql(AssertSqlSafe(sql.clone()))).await;
        done.with_context(|| format!("SQLite refused: {sql}"))?;
    }
    let names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let mut tables = Tables::new();
    for row in ask(&mut db, names).await? {
        let name: String = row.get("name");
        let mut table = table(&mut db, &name).await?;
        for column in &mut table.columns {
            if wide.contains(&(&*name, &*column.name)) {
                "bigint".clone_into(&mut column.kind);
            }
        }
        tables.insert(name, table);
    }
    Ok(tables)
}

/// Tables and columns of whole numbers that have 64 bits.
fn wide(statements: &[String]) -> BTreeSet<(&str, &str)> {
    let mut wide = BTreeSet::new();
    for sql in statements {
        // Names stand in quotes, so each second part is one.
        let parts: Vec<_> = sql.split('"').collect();
        let table = match parts.get(2) {
            Some(&".") => parts.get(3),
            _ => parts.get(1),
        };
        let Some(table) = table else { continue };
        for pair in parts[1..].chunks(2) {
            if let [column, rest] = pair
                && rest.trim_start().starts_with("bigint")
            {
                wide.insert((*table, *column));
            }
        }
    }
    wide
}

async fn table(db: &mut SqliteConnection, name: &str) -> Result<Table> {
    let columns = ask(db, &format!("SELECT * FROM pragma_table_info('{name}')")).await?;
    let references = ask(db, &format!("SELECT * FROM pragma_foreign_key_list('{name}')")).await?;
    let mut indexes = vec![];
    let list =
        format!("SELECT name, \"unique\" FROM pragma_index_list('{name}') WHERE origin <> 'pk'");
    for index in ask(db, &list).await? {
        let named: String = index.get("name");
        let of = format!("SELECT name FROM pragma_index_info('{named}') ORDER BY seqno");
        let columns = ask(db, &of).await?.iter().map(|row| row.get("name")).collect();
        indexes.push(Index { columns, unique: index.get::<i64, _>("unique") == 1 });
    }
    let column = |row: &SqliteRow| Column {
        name: row.get("name"),
        kind: kind(&row.get::<String, _>("type")),
        required: row.get::<i64, _>("notnull") == 1,
        default: row.get("dflt_value"),
        primary: row.get::<i64, _>("pk") > 0,
    };
    let reference = |row: &SqliteRow| Reference {
        column: row.get("from"),
        table: row.get("table"),
        on_delete: row.get("on_delete"),
    };
    Ok(Table {
        columns: columns.iter().map(column).collect(),
        indexes,
        references: references.iter().map(reference).collect(),
    })
}

/// Migrations and entities write bytes in different words, and how long a text may be says the
/// application.
fn kind(said: &str) -> String {
    let said = said.to_lowercase();
    let word = said.split('(').next().unwrap_or_default();
    if word.ends_with("blob") { "blob".to_owned() } else { word.to_owned() }
}

async fn ask(db: &mut SqliteConnection, sql: &str) -> Result<Vec<SqliteRow>> {
    Ok(db.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await?)
}
