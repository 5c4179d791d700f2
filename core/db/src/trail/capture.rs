//! Sends a write and reads, in the same statement, the rows before and after it.

use std::{collections::HashMap, sync::Arc};

use core_base::{Actor, Through, clock};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement, Values};
use serde_json::{Map, Value as Json};

use super::{
    description::{AuditedTable, TrailColumn},
    entry::Model,
    flush::Head,
    read_back::{asked, key, told_columns, update_with_before, values_of, with_returning},
    seal::Seal,
    write::{Verb, Write, marks, write},
};
use crate::{TenantDb, statement::refused};

/// Stands for a value that is not told.
const MASK: &str = "•••";

/// What came of a statement.
pub(crate) struct Sent {
    pub(crate) result: ExecResult,
    pub(crate) rows: Vec<QueryResult>,
}

/// What stood in a row's told columns; the key as text.
type Before = HashMap<String, Vec<Json>>;

impl TenantDb {
    /// Sends a write to a table whose changes are told, and tells them. `None`: it is no such
    /// statement, and was not sent.
    pub(crate) async fn execute_audited(
        &self,
        statement: &Statement,
    ) -> Result<Option<Sent>, DbErr> {
        let trail = self.trail();
        if trail.is_empty() {
            return Ok(None);
        }
        let Some(parts) = write(&statement.sql).map_err(refused)? else { return Ok(None) };
        if parts.verb == Verb::Delete {
            self.write_out_cascades(&parts, statement).await?;
        }
        let Some(table) = trail.table(parts.table).cloned() else { return Ok(None) };
        let columns = told_columns(&table, &parts)?;
        if parts.verb == Verb::Update && columns.is_empty() {
            return Ok(None);
        }
        let (sent, before) = match (parts.verb, self.get_database_backend()) {
            (Verb::Insert, _) if parts.is_upsert => {
                return Err(refused("an upsert cannot be told: insert or update"));
            }
            (Verb::Update, DbBackend::Postgres) => {
                let sql = update_with_before(&table, &columns, &parts);
                (self.send_with_rows(sql, statement.values.clone()).await?, None)
            }
            (Verb::Update, _) => {
                self.update_after_reading(&table, &columns, &parts, statement).await?
            }
            (_, backend) => {
                let mut sql = with_returning(&table, &columns, &parts);
                if backend != DbBackend::Postgres {
                    sql.push_str(self.asked_head());
                }
                (self.send_with_rows(sql, statement.values.clone()).await?, None)
            }
        };
        self.note_head(&sent.rows)?;
        for row in &sent.rows {
            self.tell(&table, &columns, parts.verb, row, before.as_ref())?;
        }
        let full = self.pending_writes().is_full();
        if full {
            Box::pin(self.flush()).await?;
        }
        Ok(Some(sent))
    }

    async fn send_with_rows(&self, sql: String, values: Option<Values>) -> Result<Sent, DbErr> {
        let statement = Statement { sql, values, db_backend: self.get_database_backend() };
        let (result, mut rows) = self.tx().await?.execute_returning(vec![statement]).await?;
        Ok(Sent { result, rows: rows.pop().unwrap_or_default() })
    }

    /// On SQLite whoever writes is alone until its end: the end of the chain can be read with the first
    /// write that is told.
    fn asked_head(&self) -> &'static str {
        match self.pending_writes().head {
            Some(_) => "",
            None => {
                ", (SELECT \"seq\" FROM \"tenant\".\"audit_head\") AS gw_seq, \
                 (SELECT \"link\" FROM \"tenant\".\"audit_head\") AS gw_link"
            }
        }
    }

    fn note_head(&self, rows: &[QueryResult]) -> Result<(), DbErr> {
        let mut pending = self.pending_writes();
        let Some(row) = rows.first() else { return Ok(()) };
        if pending.head.is_none() && self.get_database_backend() != DbBackend::Postgres {
            pending.head =
                Some(Head { seq: row.try_get("", "gw_seq")?, link: row.try_get("", "gw_link")? });
        }
        Ok(())
    }

    /// What the database would do by itself to rows that refer to those which go is done here, so that
    /// it is told.
    async fn write_out_cascades(&self, parts: &Write<'_>, by: &Statement) -> Result<(), DbErr> {
        let trail = self.trail().clone();
        for (child, reference) in trail.cascades(parts.table) {
            let which = parts.condition.map(|text| format!(" WHERE {text}")).unwrap_or_default();
            let (column, key) = (&reference.column, &reference.to.1);
            let rows = format!("\"{column}\" IN (SELECT \"{key}\" FROM {}{which})", parts.target);
            let child = &child.table;
            let sql = if reference.is_cascade {
                format!("DELETE FROM \"tenant\".\"{child}\" WHERE {rows}")
            } else {
                format!("UPDATE \"tenant\".\"{child}\" SET \"{column}\" = NULL WHERE {rows}")
            };
            let statement = Statement { sql, ..by.clone() };
            Box::pin(self.execute_raw(statement)).await?;
        }
        Ok(())
    }

    /// On SQLite nobody else writes between the two, which are sent in one text.
    async fn update_after_reading(
        &self,
        table: &AuditedTable,
        columns: &[&TrailColumn],
        parts: &Write<'_>,
        statement: &Statement,
    ) -> Result<(Sent, Option<Before>), DbErr> {
        let which = parts.condition.map(|text| format!(" WHERE {text}")).unwrap_or_default();
        let select =
            format!("SELECT {} FROM {}{which}", asked(table, columns, "", "a"), parts.target);
        let update = with_returning(table, columns, parts) + self.asked_head();
        let values = statement.values.clone().unwrap_or(Values(vec![]));
        // Numbered places mean the same values in both; unnumbered ones take theirs in turn.
        let of_select = match parts.head.contains('$') || which.contains('$') {
            true => vec![],
            false => {
                let all = values.0.iter().skip(marks(parts.head));
                all.take(marks(&which)).cloned().collect()
            }
        };
        let db_backend = self.get_database_backend();
        let select = Statement { sql: select, values: Some(Values(of_select)), db_backend };
        let update = Statement { sql: update, values: Some(values), db_backend };
        let (result, mut rows) = self.tx().await?.execute_returning(vec![select, update]).await?;
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
        self.pending_writes().add(Model {
            entity: table.table.clone(),
            row_id,
            title,
            changes: Json::Object(changes).to_string(),
            ..self.new_entry("change", action)
        });
        Ok(())
    }

    /// An entry of this unit of work: who, when and where from. Its place in the chain comes later.
    pub(super) fn new_entry(&self, category: &str, action: &str) -> Model {
        let (actor, origin) = (self.actor(), self.origin());
        Model {
            seq: 0,
            at: clock::now(),
            category: category.to_owned(),
            action: action.to_owned(),
            entity: String::new(),
            row_id: String::new(),
            title: String::new(),
            user_id: actor.user().map(|user| user.0),
            actor: name_of(&actor),
            address: origin.address.map(|address| address.to_string()).unwrap_or_default(),
            request: origin.request.map(|id| id.simple().to_string()).unwrap_or_default(),
            changes: "{}".to_owned(),
            link: String::new(),
            seal: Seal::fresh(),
        }
    }
}

fn name_of(actor: &Actor) -> String {
    match actor {
        Actor::System => "system".to_owned(),
        Actor::Visitor => "visitor".to_owned(),
        Actor::Member { through: Through::Key(id), .. } => format!("key:{id}"),
        Actor::Member { member, .. } => format!("member:{member}"),
        Actor::Job { name, .. } => format!("job:{name}"),
        Actor::Command { words } => format!("command:{words}"),
    }
}
