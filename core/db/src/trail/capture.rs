//! Sends a write and reads, in the same statement, the rows before and after it.

use std::{collections::HashMap, sync::Arc};

use core_base::{Actor, Through, clock};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement, Values};
use serde_json::{Map, Value as Json};

use super::{
    description::{AuditedTable, TrailColumn},
    entry::Model,
    read_back::{asked, key, told_columns, update_with_before, values_of, with_returning},
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
                let before = self.read_before(&table, &columns, &parts, statement).await?;
                let sql = with_returning(&table, &columns, &parts);
                (self.send_with_rows(sql, statement.values.clone()).await?, Some(before))
            }
            _ => {
                let sql = with_returning(&table, &columns, &parts);
                (self.send_with_rows(sql, statement.values.clone()).await?, None)
            }
        };
        for row in &sent.rows {
            self.tell(&table, &columns, parts.verb, row, before.as_ref())?;
        }
        let full = self.pending_entries().is_full();
        if full {
            Box::pin(self.flush_audit()).await?;
        }
        Ok(Some(sent))
    }

    /// Tells something that changed no row: a log-in, a refusal. `action` is a word such as `logged_in`,
    /// `title` what it was about. It is written with the unit of work.
    pub fn audit_event(&self, action: &str, title: &str) {
        if !self.trail().is_empty() {
            self.pending_entries()
                .add(Model { title: title.to_owned(), ..self.new_entry("access", action) });
        }
    }

    async fn send_with_rows(&self, sql: String, values: Option<Values>) -> Result<Sent, DbErr> {
        let backend = self.get_database_backend();
        let (result, rows) = self
            .tx()
            .await?
            .execute_returning(Statement { sql, values, db_backend: backend })
            .await?;
        Ok(Sent { result, rows })
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

    /// On SQLite nobody else writes between this and the write itself.
    async fn read_before(
        &self,
        table: &AuditedTable,
        columns: &[&TrailColumn],
        parts: &Write<'_>,
        statement: &Statement,
    ) -> Result<Before, DbErr> {
        let which = parts.condition.map(|text| format!(" WHERE {text}")).unwrap_or_default();
        let asked = asked(table, columns, "", "a");
        let sql = format!("SELECT {asked} FROM {}{which}", parts.target);
        // Numbered places keep their numbers; unnumbered ones count anew from here.
        let skip = if which.contains('$') { 0 } else { marks(parts.head) };
        let values = statement.values.clone();
        let values = values.map(|all| Values(all.0.into_iter().skip(skip).collect()));
        let statement = Statement { sql, values, db_backend: self.get_database_backend() };
        let rows = self.tx().await?.query_all(statement).await?;
        let read = |row: &QueryResult| Ok((key(table, row)?, values_of(columns, row, "a")?));
        rows.iter().map(read).collect()
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
        let mut title = String::new();
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
        self.pending_entries().add(Model {
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
    }
}
