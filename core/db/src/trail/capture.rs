//! Sends a write and reads, in the same statement, the rows before and after it.

use std::{collections::HashMap, sync::Arc};

use sea_orm::{DbBackend, DbErr, ExecResult, QueryResult, Statement, Values};
use serde_json::{Map, Value as Json};

use super::{
    description::{AuditedTable, TrailColumn},
    entry::Model,
    flush::Head,
    read_back::{asked, key, told_columns, update_with_before, values_of, with_returning},
    recorder::Recorder,
    write::{Verb, Write, marks, write},
};
use crate::{statement::refused, tx::Tx};

/// Stands for a value that is not told.
const MASK: &str = "•••";

/// What came of a statement.
pub(crate) struct Sent {
    pub(crate) result: ExecResult,
    pub(crate) rows: Vec<QueryResult>,
}

/// What stood in a row's told columns; the key as text.
type Before = HashMap<String, Vec<Json>>;

impl Recorder {
    /// Sends a write, and tells it where its table's changes are told.
    pub(crate) async fn execute(&self, tx: &mut Tx, statement: Statement) -> Result<Sent, DbErr> {
        match self.execute_told(tx, &statement).await? {
            Some(sent) => Ok(sent),
            None => {
                let (result, mut rows) = tx.execute_returning(vec![statement]).await?;
                Ok(Sent { result, rows: rows.pop().unwrap_or_default() })
            }
        }
    }

    /// `None`: it is no write to a table whose changes are told, and was not sent.
    async fn execute_told(
        &self,
        tx: &mut Tx,
        statement: &Statement,
    ) -> Result<Option<Sent>, DbErr> {
        if self.trail.is_empty() {
            return Ok(None);
        }
        let parts = match write(&statement.sql) {
            Ok(Some(parts)) => parts,
            Ok(None) => return Ok(None),
            Err(_) if !self.trail.is_named_in(&statement.sql) => return Ok(None),
            Err(why) => return Err(refused(why)),
        };
        if parts.verb == Verb::Delete {
            self.write_out_cascades(tx, &parts, statement).await?;
        }
        let Some(table) = self.trail.table(parts.table).cloned() else { return Ok(None) };
        let columns = told_columns(&table, &parts)?;
        if parts.verb == Verb::Update && columns.is_empty() {
            return Ok(None);
        }
        let (sent, before) = match (parts.verb, tx.backend()) {
            (Verb::Insert, _) if parts.is_upsert => {
                return Err(refused("an upsert cannot be told: insert or update"));
            }
            (Verb::Update, DbBackend::Postgres) => {
                let sql = update_with_before(&table, &columns, &parts);
                (send_with_rows(tx, sql, statement.values.clone()).await?, None)
            }
            (Verb::Update, _) => {
                self.update_after_reading(tx, &table, &columns, &parts, statement).await?
            }
            (_, backend) => {
                let mut sql = with_returning(&table, &columns, &parts);
                if backend != DbBackend::Postgres {
                    sql.push_str(&self.asked_head());
                }
                (send_with_rows(tx, sql, statement.values.clone()).await?, None)
            }
        };
        self.note_head(tx.backend(), &sent.rows)?;
        for row in &sent.rows {
            self.tell(&table, &columns, parts.verb, row, before.as_ref())?;
        }
        let full = self.pending().is_full();
        if full {
            self.flush(tx).await?;
        }
        Ok(Some(sent))
    }

    /// On SQLite whoever writes is alone until its end: the end of the chain can be read with the first
    /// write that is told.
    fn asked_head(&self) -> String {
        match self.pending().head {
            Some(_) => String::new(),
            None => self.in_place(
                ", (SELECT \"seq\" FROM \"tenant\".\"audit_head\") AS gw_seq, \
                 (SELECT \"link\" FROM \"tenant\".\"audit_head\") AS gw_link"
                    .to_owned(),
            ),
        }
    }

    fn note_head(&self, backend: DbBackend, rows: &[QueryResult]) -> Result<(), DbErr> {
        let mut pending = self.pending();
        let Some(row) = rows.first() else { return Ok(()) };
        if pending.head.is_none() && backend != DbBackend::Postgres {
            pending.head =
                Some(Head { seq: row.try_get("", "gw_seq")?, link: row.try_get("", "gw_link")? });
        }
        Ok(())
    }

    /// What the database would do by itself to rows that refer to those which go is done here, so that
    /// it is told.
    async fn write_out_cascades(
        &self,
        tx: &mut Tx,
        parts: &Write<'_>,
        by: &Statement,
    ) -> Result<(), DbErr> {
        for (child, reference) in self.trail.cascades(parts.table) {
            let which = parts.condition.map(|text| format!(" WHERE {text}")).unwrap_or_default();
            let (column, key) = (&reference.column, &reference.to.1);
            let rows = format!("\"{column}\" IN (SELECT \"{key}\" FROM {}{which})", parts.target);
            let child = format!("\"{}\".\"{}\"", self.schema, child.table);
            let sql = if reference.is_cascade {
                format!("DELETE FROM {child} WHERE {rows}")
            } else {
                format!("UPDATE {child} SET \"{column}\" = NULL WHERE {rows}")
            };
            Box::pin(self.execute(tx, Statement { sql, ..by.clone() })).await?;
        }
        Ok(())
    }

    /// On SQLite nobody else writes between the two, which are sent in one text.
    async fn update_after_reading(
        &self,
        tx: &mut Tx,
        table: &AuditedTable,
        columns: &[&TrailColumn],
        parts: &Write<'_>,
        statement: &Statement,
    ) -> Result<(Sent, Option<Before>), DbErr> {
        let which = parts.condition.map(|text| format!(" WHERE {text}")).unwrap_or_default();
        let select =
            format!("SELECT {} FROM {}{which}", asked(table, columns, "", "a"), parts.target);
        let update = with_returning(table, columns, parts) + &self.asked_head();
        let values = statement.values.clone().unwrap_or(Values(vec![]));
        // Numbered places mean the same values in both; unnumbered ones take theirs in turn.
        let of_select = match parts.head.contains('$') || which.contains('$') {
            true => vec![],
            false => {
                let all = values.0.iter().skip(marks(parts.head));
                all.take(marks(&which)).cloned().collect()
            }
        };
        let db_backend = tx.backend();
        let select = Statement { sql: select, values: Some(Values(of_select)), db_backend };
        let update = Statement { sql: update, values: Some(values), db_backend };
        let (result, mut rows) = tx.execute_returning(vec![select, update]).await?;
        let (after, before) = (rows.pop().unwrap_or_default(), rows.pop().unwrap_or_default());
        let read = |row: &QueryResult| Ok((key(table, row)?, values_of(columns, row, "a")?));
        let before = before.iter().map(read).collect::<Result<Before, DbErr>>()?;
        Ok((Sent { result, rows: after }, Some(before)))
    }

    fn tell(
        &self,
        table: &Arc<AuditedTable>,
        columns: &[&TrailColumn],
        verb: Verb,
        row: &QueryResult,
        before: Option<&Before>,
    ) -> Result<(), DbErr> {
        let row_id = key(table, row)?;
        let here = values_of(columns, row, "a")?;
        let nothing = || vec![Json::Null; columns.len()];
        let (before, after) = match verb {
            Verb::Insert => (nothing(), here),
            Verb::Delete => (here, nothing()),
            Verb::Update => match before {
                Some(rows) => (rows.get(&row_id).cloned().unwrap_or_else(nothing), here),
                None => (values_of(columns, row, "b")?, here),
            },
        };
        let mut changes = Map::new();
        let mut title = if table.is_titled_by_key { row_id.clone() } else { String::new() };
        let titled = table.title.map(|place| &table.columns[place].name);
        for ((column, before), after) in columns.iter().zip(before).zip(after) {
            if Some(&column.name) == titled {
                let text = after.as_str().or(before.as_str()).unwrap_or_default();
                text.clone_into(&mut title);
            }
            if before != after {
                let shown = |value: Json| match value {
                    Json::Null => Json::Null,
                    _ if column.is_masked => MASK.into(),
                    value => value,
                };
                changes.insert(
                    column.name.clone(),
                    [shown(before), shown(after)].into_iter().collect(),
                );
            }
        }
        if changes.is_empty() && verb == Verb::Update {
            return Ok(());
        }
        let action = match verb {
            Verb::Insert => "created",
            Verb::Update => "updated",
            Verb::Delete => "deleted",
        };
        self.pending().add(Model {
            entity: table.table.clone(),
            row_id,
            title,
            changes: Json::Object(changes).to_string(),
            ..self.new_entry("change", action)
        });
        Ok(())
    }
}

async fn send_with_rows(tx: &mut Tx, sql: String, values: Option<Values>) -> Result<Sent, DbErr> {
    let statement = Statement { sql, values, db_backend: tx.backend() };
    let (result, mut rows) = tx.execute_returning(vec![statement]).await?;
    Ok(Sent { result, rows: rows.pop().unwrap_or_default() })
}
