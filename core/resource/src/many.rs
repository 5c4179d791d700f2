//! Several rows at once: deleting them, and giving all of them a value.

use core_base::{Result, Verdict, clock};
use core_db::TenantDb;
use core_ui::{Calendar, isolated};
use sea_orm::{
    ConnectionTrait, ExprTrait, Value,
    sea_query::{Condition, Query},
};
use uuid::Uuid;

use crate::{Resource, Row, Search, resource::Spec, stored::is_null};

/// Which rows a bulk action is about.
#[derive(Clone, Debug)]
pub enum Chosen {
    /// Those with these ids.
    These(Vec<Uuid>),
    /// All that a search finds, with the days of somebody's calendar.
    Matching(Search, Calendar),
}

impl Resource {
    /// Deletes rows; how many there were.
    pub async fn delete(&self, db: &TenantDb, chosen: &Chosen) -> Result<u64> {
        let mut delete = Query::delete();
        delete.from_table(self.table.clone()).cond_where(self.chosen(db, chosen));
        let done = db.execute_raw(db.get_database_backend().build(&delete)).await?;
        Ok(done.rows_affected())
    }

    /// Gives rows a value of a field, in one statement; how many there were. Or what is wrong: the value is
    /// not one that the field takes, or a rule is against it in one of the rows, and none was changed.
    pub async fn set(
        &self,
        db: &TenantDb,
        chosen: &Chosen,
        field: &str,
        value: Value,
    ) -> Verdict<u64, String> {
        let refused = || Ok(Err("This value can't be set.".to_owned()));
        let Some(field) = self.field(field).map(|at| &self.fields[at]) else { return refused() };
        let Some(value) = field.stored.fit(value).filter(|_| field.parts.is_in_form) else {
            return refused();
        };
        if is_null(&value) && (field.parts.is_required || !self.columns[field.at].is_nullable) {
            return Ok(Err(field.missing()));
        }
        if !self.writes.takes(field.at, &value) {
            return refused();
        }
        if !is_null(&value) && !self.is_there(db, field, &value).await? {
            return Ok(Err(field.gone().to_owned()));
        }
        let mut which = self.chosen(db, chosen);
        if !self.rules.is_empty() {
            let rows = self.whole(db, which, true).await?;
            if let Some(problem) = self.problem_of_any(db, &rows, field, &value).await? {
                return Ok(Err(problem));
            }
            // Those that were asked about, and no row that matches since.
            which =
                Condition::all().add(self.column(self.key).is_in(rows.iter().map(|row| row.id)));
        }
        let mut changed = vec![(field.at, value)];
        if let Some(place) = self.updated {
            changed.push((place, clock::now().into()));
        }
        let mut update = self.writes.update(changed)?;
        if let Some(place) = self.version {
            let next = self.column(place).add(1);
            update.value(self.columns[place].iden.clone(), next);
        }
        update.cond_where(which);
        let done = db.execute_raw(db.get_database_backend().build(&update)).await?;
        Ok(Ok(done.rows_affected()))
    }

    /// What the rules have against a value in the first row that they refuse it in.
    async fn problem_of_any(
        &self,
        db: &TenantDb,
        rows: &[Row],
        field: &Spec,
        value: &Value,
    ) -> Result<Option<String>> {
        for before in rows {
            let mut after = before.clone();
            after.values[field.at] = Some(value.clone());
            let found = self.ask_rules(db, Some(before), &after).await?;
            if let Some((_, text)) = found.iter().next() {
                return Ok(Some(format!("{}: {text}", isolated(&self.title(before)))));
            }
        }
        Ok(None)
    }

    pub(crate) fn chosen(&self, db: &TenantDb, chosen: &Chosen) -> Condition {
        match chosen {
            Chosen::These(ids) => {
                self.scoped().add(self.column(self.key).is_in(ids.iter().copied()))
            }
            Chosen::Matching(search, calendar) => self.condition(db, search, calendar),
        }
    }
}
