//! One row of a file: read by the fields that its columns are, then made, or saved over the row that it names.

use std::collections::HashMap;

use core_access::entity::member;
use core_base::{Error, Result};
use core_db::{Savepoints, TenantDb};
use core_ui::{Calendar, Errors};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, Value, sea_query::Query,
};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{ID, entity::Model};
use crate::{Draft, Input, NotCreated, Resource, Saved, Wrong, parts::Referred, resource::Spec};

/// What came of a row.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Made,
    Changed,
    Same,
    /// What is wrong with it, in words.
    Failed(String),
}

/// What stays the same from row to row of an import.
pub(crate) struct Importer<'a> {
    pub(crate) of: &'a Resource,
    pub(crate) db: &'a TenantDb,
    /// For each column the name of a field, `id`, or nothing.
    columns: Vec<String>,
    matched_by: String,
    calendar: Calendar,
    /// Rows that others refer to, by the place of the field and the text in the file.
    named: HashMap<(usize, String), std::result::Result<Uuid, &'static str>>,
}

impl<'a> Importer<'a> {
    pub(crate) fn new(
        of: &'a Resource,
        db: &'a TenantDb,
        import: &Model,
        calendar: Calendar,
    ) -> Self {
        let (columns, matched_by) = (import.columns(), import.matched_by.clone());
        Self { of, db, columns, matched_by, calendar, named: HashMap::new() }
    }

    /// Makes of a row what it says. Whatever the database has against it is undone, and an answer.
    pub(crate) async fn row(&mut self, cells: &[Json]) -> Result<Outcome> {
        let savepoint = self.db.savepoint().await?;
        let outcome = match self.make(cells).await {
            Ok(outcome) => outcome,
            Err(Error::Internal(cause)) if core_db::failure_of(&cause).is_none() => {
                tracing::info!("a row of an import could not be saved: {cause:#}");
                Outcome::Failed("This row couldn't be saved.".to_owned())
            }
            Err(error) => return Err(error),
        };
        match outcome {
            Outcome::Failed(_) => self.db.rollback_to(&savepoint).await?,
            _ => self.db.release(&savepoint).await?,
        }
        Ok(outcome)
    }

    async fn make(&mut self, cells: &[Json]) -> Result<Outcome> {
        let mut errors = Errors::default();
        let draft = self.draft(cells, &mut errors).await?;
        let id = match self.named_row(cells, &draft).await? {
            Ok(id) => id,
            Err(text) => return Ok(Outcome::Failed(text)),
        };
        let Some(id) = id else {
            return Ok(match self.of.create(self.db, draft, errors).await? {
                Ok(_) => Outcome::Made,
                Err(NotCreated::Wrong(errors)) => Outcome::Failed(self.words(&errors)),
                Err(NotCreated::Full(full)) => Outcome::Failed(full.text(false)),
            });
        };
        let before = self.of.find(self.db, id).await?;
        Ok(match self.of.save(self.db, id, None, draft, errors).await? {
            Saved::Yes(after) if Some(&after) == before.as_ref() => Outcome::Same,
            Saved::Yes(_) => Outcome::Changed,
            Saved::Wrong(errors) => Outcome::Failed(self.words(&errors)),
            Saved::Overtaken(_) | Saved::Gone => Outcome::Failed("It was deleted.".to_owned()),
        })
    }

    async fn draft(&mut self, cells: &[Json], errors: &mut Errors) -> Result<Draft> {
        let mut inputs = vec![];
        for at in 0..self.of.fields.len() {
            let field = &self.of.fields[at];
            let place = self.columns.iter().position(|name| name == field.parts.name);
            // A row that ends early has nothing in its last columns.
            let cell = place.map(|place| cells.get(place).unwrap_or(&Json::Null));
            inputs.push(match cell.filter(|_| field.parts.is_in_form) {
                None => Input::Absent,
                Some(cell) => {
                    let read = self.read(at, cell).await?;
                    self.of.input(field, read, errors)
                }
            });
        }
        Ok(Draft(inputs))
    }

    /// A cell as its field reads it: a text as somebody types it, what JSON has as a program sends it.
    async fn read(
        &mut self,
        at: usize,
        cell: &Json,
    ) -> Result<std::result::Result<Option<Value>, Wrong>> {
        let field = &self.of.fields[at];
        let text = match cell {
            Json::Null => return Ok(Ok(None)),
            Json::String(text) if text.trim().is_empty() => return Ok(Ok(None)),
            Json::String(text) => text.trim(),
            other => return Ok(field.parts.kind.read_json(other).map(Some)),
        };
        let Some(referred) = &field.parts.referred else {
            // A program writes in its own words what people write in theirs.
            let read = field.parts.kind.read(text, &self.calendar);
            return Ok(read
                .or_else(|wrong| field.parts.kind.read_json(cell).map_err(|_| wrong))
                .map(Some));
        };
        if let Ok(id) = text.parse::<Uuid>() {
            return Ok(Ok(Some(id.into())));
        }
        let known = (at, text.to_owned());
        if !self.named.contains_key(&known) {
            let found = called(self.db, referred, field, text).await?;
            self.named.insert(known.clone(), found);
        }
        Ok(self.named[&known].map(|id| Some(id.into())).map_err(Wrong::from))
    }

    /// The row that a row of the file names; none: it is to be a new one. Or what is wrong.
    async fn named_row(
        &self,
        cells: &[Json],
        draft: &Draft,
    ) -> Result<std::result::Result<Option<Uuid>, String>> {
        if self.matched_by.is_empty() {
            return Ok(Ok(None));
        }
        let cell = self.columns.iter().position(|name| *name == self.matched_by);
        let cell = cell.and_then(|place| cells.get(place));
        let text = cell.map(super::text).unwrap_or_default();
        if text.trim().is_empty() {
            return Ok(Ok(None));
        }
        if self.matched_by == ID {
            let found = match text.trim().parse::<Uuid>() {
                Ok(id) => self.of.find(self.db, id).await?,
                Err(_) => None,
            };
            let noun = self.of.noun;
            return Ok(found
                .map(|row| Some(row.id))
                .ok_or(format!("ID: There is no {noun} with this ID.")));
        }
        let Some(at) = self.of.field(&self.matched_by) else { return Ok(Ok(None)) };
        match &draft.0[at] {
            Input::Is(value) => {
                Ok(Ok(self.of.with_value(self.db, &self.of.fields[at], value).await?))
            }
            // Read wrongly: that is said, and nothing is made of it.
            Input::Absent => Ok(Ok(None)),
        }
    }

    fn words(&self, errors: &Errors) -> String {
        let one = |(name, text): (&str, &str)| match self.of.field(name) {
            Some(at) => format!("{}: {text}", self.of.fields[at].parts.label),
            None => text.to_owned(),
        };
        errors.iter().map(one).collect::<Vec<_>>().join(" ")
    }
}

/// The row that somebody means by a name, or a person by their address.
async fn called(
    db: &TenantDb,
    referred: &Referred,
    field: &Spec,
    text: &str,
) -> Result<std::result::Result<Uuid, &'static str>> {
    let mut found = referred.called(db, text).await?;
    if found.is_empty() && referred.are_people && text.contains('@') {
        let email = core_base::normalise_email(text);
        let member = member::Entity::find().filter(member::Column::Email.eq(email)).one(db).await?;
        return Ok(member.map(|member| member.id.0).ok_or(field.gone()));
    }
    Ok(match (found.pop(), found.is_empty()) {
        (Some((id, _)), true) => id.parse().map_err(|_| field.gone()),
        (Some(_), false) => Err("Several have this name. Use their ID instead."),
        (None, _) => Err(field.gone()),
    })
}

impl Resource {
    /// The row that has this value in a field of which each value is one row's alone.
    async fn with_value(&self, db: &TenantDb, field: &Spec, value: &Value) -> Result<Option<Uuid>> {
        let mut query = Query::select();
        query.expr(self.column(self.key)).from(self.table.clone()).limit(1);
        query.cond_where(self.scoped().add(self.column(field.at).eq(value.clone())));
        let row = db.query_one_raw(db.get_database_backend().build(&query)).await?;
        Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
    }
}
