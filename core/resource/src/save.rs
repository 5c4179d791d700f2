//! Writing: the one door through which a row is made, changed or deleted, whoever sends it.

use core_access::entitlements::LimitReached;
use core_base::{Result, Verdict, clock};
use core_db::{Savepoints, TenantDb, violates};
use core_ui::Errors;
use sea_orm::{ConnectionTrait, DbErr, ExprTrait, StatementBuilder, Value};
use uuid::Uuid;

use crate::{
    Draft, Input, Resource, Row,
    resource::Spec,
    stored::{is_null, whole},
};

/// Why there is no new row.
#[derive(Debug)]
pub enum NotCreated {
    /// Something is wrong with it.
    Wrong(Errors),
    /// There are as many as the workspace may have.
    Full(LimitReached),
}

/// What became of a change.
#[derive(Debug)]
pub enum Saved {
    /// It is saved; the row as it is now.
    Yes(Row),
    /// Something is wrong with it, and nothing was saved.
    Wrong(Errors),
    /// Somebody else saved the row meanwhile: this is what it says by now.
    Overtaken(Row),
    /// Somebody deleted it.
    Gone,
}

impl Resource {
    /// Makes a row. `errors` are those that were found when the draft was read: all are told at once.
    pub async fn create(
        &self,
        db: &TenantDb,
        draft: Draft,
        mut errors: Errors,
    ) -> Verdict<Row, NotCreated> {
        if let Some((room, _)) = self.limit
            && let Err(full) = room(db).await?
        {
            return Ok(Err(NotCreated::Full(full)));
        }
        let (id, now) = (Uuid::now_v7(), clock::now());
        let mut values = vec![None; self.columns.len()];
        for (field, input) in self.fields.iter().zip(draft.0) {
            let parts = &field.parts;
            values[field.at] = match input {
                Input::Is(value) => Some(value),
                // A form that says nothing of a field leaves it as new rows have it.
                Input::Absent if errors.of(parts.name).is_none() => {
                    let default = parts.default.clone().and_then(|value| field.stored.fit(value));
                    let value = default.or_else(|| self.nothing(field));
                    if value.is_none() && parts.is_in_form {
                        errors.add(parts.name, field.missing());
                    }
                    value
                }
                Input::Absent => None,
            };
        }
        // What no field speaks of is nothing where that can be: the row is whole for whoever asks about it.
        for (value, column) in values.iter_mut().zip(&self.columns) {
            if value.is_none() && column.is_nullable && column.computed.is_none() {
                *value = column.stored.map(crate::Stored::null);
            }
        }
        values[self.key] = Some(id.into());
        for (place, value) in [
            (self.version, Value::Int(Some(1))),
            (self.created, now.into()),
            (self.updated, now.into()),
        ] {
            if let Some(place) = place {
                values[place] = self.columns[place].stored.and_then(|stored| stored.fit(value));
            }
        }
        let after = Row { id, values, labels: vec![None; self.fields.len()] };
        self.ask(db, None, &after, &mut errors).await?;
        if !errors.is_empty() {
            return Ok(Err(NotCreated::Wrong(errors)));
        }
        let all = after.values.iter().enumerate();
        let all = all.filter(|(at, _)| self.columns[*at].computed.is_none());
        let all = all.filter_map(|(at, value)| Some((at, value.clone()?)));
        let insert = self.writes.insert(all.collect())?;
        Ok(match self.send(db, &insert).await? {
            Ok(_) => Ok(self.worked_out(db, after).await?),
            Err(taken) => Err(NotCreated::Wrong(self.taken(taken))),
        })
    }

    /// Changes a row, if it is still at the version that somebody saw; none: whatever it is at.
    pub async fn save(
        &self,
        db: &TenantDb,
        id: Uuid,
        seen: Option<i64>,
        draft: Draft,
        mut errors: Errors,
    ) -> Result<Saved> {
        let Some(before) = self.find(db, id).await? else { return Ok(Saved::Gone) };
        let at = self.version.and_then(|place| before.value(place)).and_then(whole);
        if self.version.is_some() && seen.is_some() && seen != at {
            return Ok(Saved::Overtaken(before));
        }
        let mut after = before.clone();
        let mut changed = vec![];
        for (field, input) in self.fields.iter().zip(draft.0) {
            let Input::Is(value) = input else { continue };
            if before.value(field.at) != Some(&value) {
                changed.push((field.at, value.clone()));
                after.values[field.at] = Some(value);
            }
        }
        self.ask(db, Some(&before), &after, &mut errors).await?;
        if !errors.is_empty() {
            return Ok(Saved::Wrong(errors));
        }
        if changed.is_empty() {
            return Ok(Saved::Yes(before));
        }
        let next = at.map(|at| Value::from(at + 1));
        let stamps = [(self.version, next), (self.updated, Some(clock::now().into()))];
        for (place, value) in stamps {
            let fits = |place: usize| self.columns[place].stored?.fit(value.clone()?);
            if let Some((place, value)) = place.and_then(|place| Some((place, fits(place)?))) {
                after.values[place] = Some(value.clone());
                changed.push((place, value));
            }
        }
        let mut update = self.writes.update(changed)?;
        update.and_where(self.column(self.key).eq(id));
        if let (Some(place), Some(at)) = (self.version, at) {
            update.and_where(self.column(place).eq(at));
        }
        match self.send(db, &update).await? {
            Err(taken) => Ok(Saved::Wrong(self.taken(taken))),
            Ok(0) => Ok(match self.find(db, id).await? {
                Some(now) => Saved::Overtaken(now),
                None => Saved::Gone,
            }),
            Ok(_) => Ok(Saved::Yes(self.worked_out(db, after).await?)),
        }
    }

    /// The row with what the database works out by now.
    async fn worked_out(&self, db: &TenantDb, row: Row) -> Result<Row> {
        if self.columns.iter().all(|column| column.computed.is_none()) {
            return Ok(row);
        }
        Ok(self.find(db, row.id).await?.unwrap_or(row))
    }

    /// What the database and the rules know against a row. Fields with a mistake already are left.
    async fn ask(
        &self,
        db: &TenantDb,
        before: Option<&Row>,
        after: &Row,
        errors: &mut Errors,
    ) -> Result<()> {
        for field in &self.fields {
            let Some(value) = after.value(field.at).filter(|value| !is_null(value)) else {
                continue;
            };
            let is_same = before.is_some_and(|before| before.value(field.at) == Some(value));
            if is_same || errors.of(field.parts.name).is_some() {
                continue;
            }
            let name = field.parts.name;
            if field.parts.referred.is_some() && !self.is_there(db, field, value).await? {
                errors.add(name, field.gone());
            } else if let Some(taken) = field.parts.taken
                && self.is_taken(db, field, value, before.map(|before| before.id)).await?
            {
                errors.add(name, taken);
            }
        }
        if errors.is_empty() {
            *errors = self.ask_rules(db, before, after).await?;
        }
        Ok(())
    }

    pub(crate) async fn ask_rules(
        &self,
        db: &TenantDb,
        before: Option<&Row>,
        after: &Row,
    ) -> Result<Errors> {
        let mut errors = Errors::default();
        for rule in &self.rules {
            let found = rule(db.clone(), before, after)?.await?;
            for (name, text) in found.iter() {
                errors.add(name.to_owned(), text);
            }
        }
        Ok(errors)
    }

    /// How many rows were written; or the field whose value somebody else took at the same moment, with
    /// the write alone undone.
    async fn send<S: StatementBuilder + Sync>(
        &self,
        db: &TenantDb,
        write: &S,
    ) -> Result<std::result::Result<u64, &Spec>> {
        let unique: Vec<_> =
            self.fields.iter().filter(|field| field.parts.taken.is_some()).collect();
        let statement = db.get_database_backend().build(write);
        if unique.is_empty() {
            return Ok(Ok(db.execute_raw(statement).await?.rows_affected()));
        }
        let savepoint = db.savepoint().await?;
        match db.execute_raw(statement).await {
            Ok(done) => {
                db.release(&savepoint).await?;
                Ok(Ok(done.rows_affected()))
            }
            Err(error) => match unique.into_iter().find(|field| self.is_about(&error, field)) {
                Some(field) => {
                    db.rollback_to(&savepoint).await?;
                    Ok(Err(field))
                }
                None => Err(error.into()),
            },
        }
    }

    fn is_about(&self, error: &DbErr, field: &Spec) -> bool {
        violates(error, &format!("{}_{}_key", self.name, self.columns[field.at].name))
    }

    fn taken(&self, field: &Spec) -> Errors {
        let mut errors = Errors::default();
        errors.add(field.parts.name, field.parts.taken.unwrap_or_default());
        errors
    }

    /// The version of a row, for the form that edits it.
    pub fn version(&self, row: &Row) -> Option<i64> {
        self.version.and_then(|place| row.value(place)).and_then(whole)
    }
}
