//! Several rows at once: deleting them, and giving all of them a value.

use core_base::{Result, Verdict, clock};
use core_db::TenantDb;
use core_ui::{Calendar, Errors, isolated};
use sea_orm::{
    ConnectionTrait, ExprTrait, Value,
    sea_query::{Condition, Query},
};
use uuid::Uuid;

use crate::{Resource, Row, Search, stored::is_null};

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
        let place = self.fields.iter().position(|known| std::ptr::eq(known, field));
        let done = self.set_all(db, chosen, vec![(place.unwrap_or_default(), value)]).await?;
        let first = |errors: Errors| errors.iter().next().map(|(_, text)| text.to_owned());
        Ok(done.map_err(|errors| first(errors).unwrap_or_default()))
    }

    /// Gives rows values of several fields, in one statement; how many there were. Or what is wrong, by field:
    /// then none was changed. The values are as the columns take them, each with the place of its field.
    pub(crate) async fn set_all(
        &self,
        db: &TenantDb,
        chosen: &Chosen,
        values: Vec<(usize, Value)>,
    ) -> Verdict<u64, Errors> {
        let mut errors = Errors::default();
        for (place, value) in &values {
            let field = &self.fields[*place];
            if !is_null(value) && !self.is_there(db, field, value).await? {
                errors.add(field.parts.name, field.gone());
            }
        }
        let mut which = self.chosen(db, chosen);
        if errors.is_empty() && !self.rules.is_empty() {
            let rows = self.whole(db, which, true).await?;
            self.problems_of_any(db, &rows, &values, &mut errors).await?;
            // Those that were asked about, and no row that matches since.
            which =
                Condition::all().add(self.column(self.key).is_in(rows.iter().map(|row| row.id)));
        }
        if !errors.is_empty() {
            return Ok(Err(errors));
        }
        let of_column = |(place, value): (usize, Value)| (self.fields[place].at, value);
        let mut changed: Vec<(usize, Value)> = values.into_iter().map(of_column).collect();
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

    /// What the rules have against the values in the first row that they refuse them in.
    async fn problems_of_any(
        &self,
        db: &TenantDb,
        rows: &[Row],
        values: &[(usize, Value)],
        errors: &mut Errors,
    ) -> Result<()> {
        for before in rows {
            let mut after = before.clone();
            for (place, value) in values {
                after.values[self.fields[*place].at] = Some(value.clone());
            }
            let found = self.ask_rules(db, Some(before), &after).await?;
            // A rule may name a field that is not being changed: what it says is then about all.
            let is_set =
                |name: &str| values.iter().any(|(place, _)| self.fields[*place].parts.name == name);
            for (name, text) in found.iter() {
                let name = if is_set(name) { name.to_owned() } else { String::new() };
                errors.add(name, format!("{}: {text}", isolated(&self.title(before))));
            }
            if !found.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// One of the rows, whole; none: there is none.
    pub(crate) async fn first_of(&self, db: &TenantDb, chosen: &Chosen) -> Result<Option<Row>> {
        let mut first = Query::select();
        first.expr(self.column(self.key)).from(self.table.clone());
        first.cond_where(self.chosen(db, chosen)).limit(1);
        let only = Condition::all().add(self.column(self.key).in_subquery(first));
        Ok(self.whole(db, only, false).await?.pop())
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
