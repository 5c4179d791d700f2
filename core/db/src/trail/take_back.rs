//! Taking back what an entry of the trail tells: the opposite is done to the row, if it still is as the
//! entry left it. That is a change like any other, and told.

use core_base::{Result, Verdict, clock};
use sea_orm::{
    ConnectionTrait, ExprTrait, QueryResult, SqlErr, StatementBuilder, Value,
    sea_query::{Alias, Condition, Expr, IntoTableRef, LockType, Query, TableRef},
};
use serde_json::{Map, Value as Json};

use super::{
    description::{AuditedTable, TrailColumn},
    entry::Model,
    recorder::Recorded,
};
use crate::{Savepoints, TENANT_SCHEMA, TenantDb};

/// Why a row was left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Somebody changed it since, or something refers to it by now.
    Changed,
    /// Somebody deleted it since.
    Gone,
    /// It is there already.
    There,
    /// Another row has a value that only one may have.
    Taken,
    /// What it referred to is gone.
    Alone,
    /// What the entry told is past its time or was erased, or its table keeps too little.
    Erased,
}

/// The row is as it was before, or it was left and nothing changed.
type TakenBack = Verdict<(), Left>;

/// The columns that say how often and when a row changed; none: it has no such column.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stamps<'a> {
    /// Counts the changes.
    pub version: Option<&'a str>,
    /// The last change.
    pub updated: Option<&'a str>,
}

impl TenantDb {
    /// Writes what was told so far, and gives the places in the trail of all that this unit of work told, first
    /// and last; none: it told nothing. For the end of a unit of work: nobody else of the workspace can
    /// write from here to the commit.
    pub async fn told(&self) -> Result<Option<(i64, i64)>> {
        let mut tx = self.tx().await?;
        Ok(self.recorder().told(&mut tx).await?)
    }

    /// Does the opposite of what an entry tells; or says why the row was left, and nothing changed.
    pub async fn take_back(&self, entry: &Model, stamps: Stamps<'_>) -> Verdict<(), Left> {
        let Some(table) = self.audited(&entry.entity) else { return Ok(Err(Left::Erased)) };
        let Some(told) = told(entry) else { return Ok(Err(Left::Erased)) };
        let Some(which) = which(&table, &entry.row_id) else { return Ok(Err(Left::Erased)) };
        let row = Row { db: self, table: &table, which, told };
        match &*entry.action {
            "created" => row.unmake(&entry.row_id).await,
            "updated" => row.change_back(stamps).await,
            "deleted" if table.is_restorable => row.bring_back(&entry.row_id).await,
            _ => Ok(Err(Left::Erased)),
        }
    }
}

/// The row of an entry.
struct Row<'a> {
    db: &'a TenantDb,
    table: &'a AuditedTable,
    which: Condition,
    /// Each column before and after.
    told: Vec<(String, Json, Json)>,
}

impl Row<'_> {
    /// It was made: it goes.
    async fn unmake(&self, id: &str) -> TakenBack {
        match self.is_as_told().await? {
            Some(true) if !self.is_referred_to(id).await? => {}
            Some(_) => return Ok(Err(Left::Changed)),
            None => return Ok(Err(Left::Gone)),
        }
        let mut delete = Query::delete();
        delete.from_table(name(&self.table.table)).cond_where(self.which.clone());
        self.send(&delete).await
    }

    /// It was changed: what was there stands there again.
    async fn change_back(&self, stamps: Stamps<'_>) -> TakenBack {
        match self.is_as_told().await? {
            Some(true) => {}
            Some(false) => return Ok(Err(Left::Changed)),
            None => return Ok(Err(Left::Gone)),
        }
        let mut update = Query::update();
        update.table(name(&self.table.table)).cond_where(self.which.clone());
        let stamped = [stamps.version, stamps.updated];
        for (column, before, _) in &self.told {
            // A version that was seen once must not stand for something else later.
            if stamped.contains(&Some(&**column)) {
                continue;
            }
            let Some(column) = self.column(column) else { return Ok(Err(Left::Erased)) };
            update.value(Alias::new(&column.name), column.kind.value(before)?);
        }
        if let Some(version) = stamps.version {
            update.value(Alias::new(version), Expr::col(Alias::new(version)).add(1));
        }
        if let Some(updated) = stamps.updated {
            update.value(Alias::new(updated), clock::now());
        }
        self.send(&update).await
    }

    /// It was deleted: it comes back as it was, with its times and its version.
    async fn bring_back(&self, id: &str) -> TakenBack {
        if !self.read(&[]).await?.is_empty() {
            return Ok(Err(Left::There));
        }
        let (mut columns, mut values): (Vec<_>, Vec<Expr>) = (vec![], vec![]);
        for (column, value) in
            self.table.key.iter().zip(key_values(self.table, id).unwrap_or_default())
        {
            columns.push(Alias::new(&column.name));
            values.push(value.into());
        }
        for (column, before, _) in &self.told {
            let Some(column) = self.column(column) else { return Ok(Err(Left::Erased)) };
            columns.push(Alias::new(&column.name));
            values.push(column.kind.value(before)?.into());
        }
        let mut insert = Query::insert();
        insert.into_table(name(&self.table.table)).columns(columns).values_panic(values);
        self.send(&insert).await
    }

    /// A column that still is there.
    fn column(&self, name: &str) -> Option<&TrailColumn> {
        let mut all = self.table.columns.iter().chain(&self.table.kept);
        all.find(|one| one.name == name && !one.is_masked)
    }

    /// Does every told column hold what the entry left in it? None: there is no such row.
    async fn is_as_told(&self) -> Result<Option<bool>> {
        let mut wanted = vec![];
        for (name, _, after) in &self.told {
            let Some(column) = self.column(name) else { return Ok(Some(false)) };
            wanted.push((column, after));
        }
        let columns: Vec<_> = wanted.iter().map(|(column, _)| *column).collect();
        let rows = self.read(&columns).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        for (place, (column, after)) in wanted.iter().enumerate() {
            // The first place is a number, so that a row without columns is one.
            if column.kind.read(row, place + 1)? != **after {
                return Ok(Some(false));
            }
        }
        Ok(Some(true))
    }

    async fn read(&self, columns: &[&TrailColumn]) -> Result<Vec<QueryResult>> {
        let mut query = Query::select();
        query.expr(Expr::val(1)).from(name(&self.table.table)).cond_where(self.which.clone());
        for column in columns {
            query.expr(column.kind.select(&column.name));
        }
        query.lock(LockType::Update);
        Ok(self.db.query_all_raw(self.db.get_database_backend().build(&query)).await?)
    }

    /// Does a row of another table refer to this one, that would go or change with it?
    async fn is_referred_to(&self, id: &str) -> Result<bool> {
        for (child, reference) in self.db.recorder().trail.cascades(&self.table.table) {
            let Some(key) = self.table.key.iter().find(|key| key.name == reference.to.1) else {
                continue;
            };
            let value = key.kind.value(&Json::String(id.to_owned()))?;
            let mut query = Query::select();
            query.expr(Expr::val(1)).from(name(&child.table)).limit(1);
            query.and_where(Expr::col(Alias::new(&reference.column)).eq(value));
            let query = self.db.get_database_backend().build(&query);
            if self.db.query_one_raw(query).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Writes behind a savepoint: what the database has against it is an answer.
    async fn send<S: StatementBuilder + Sync>(&self, write: &S) -> TakenBack {
        let savepoint = self.db.savepoint().await?;
        let write = self.db.get_database_backend().build(write);
        let Err(error) = self.db.execute_raw(write).await else {
            self.db.release(&savepoint).await?;
            return Ok(Ok(()));
        };
        let answer = match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Left::Taken,
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => Left::Alone,
            _ => return Err(error.into()),
        };
        self.db.rollback_to(&savepoint).await?;
        Ok(Err(answer))
    }
}

/// What stood in each column before and after; none: it was erased.
pub(super) fn told(entry: &Model) -> Option<Vec<(String, Json, Json)>> {
    let changes: Map<String, Json> = serde_json::from_str(&entry.changes).ok()?;
    let pair = |(name, pair): (String, Json)| match pair {
        Json::Array(pair) => {
            let [before, after] = <[Json; 2]>::try_from(pair).ok()?;
            Some((name, before, after))
        }
        _ => None,
    };
    let told: Vec<_> = changes.into_iter().map(pair).collect::<Option<_>>()?;
    (!told.is_empty()).then_some(told)
}

pub(super) fn name(table: &str) -> TableRef {
    (Alias::new(TENANT_SCHEMA), Alias::new(table)).into_table_ref()
}

fn key_values(table: &AuditedTable, row_id: &str) -> Option<Vec<Value>> {
    let parts: Vec<_> = match table.key.len() {
        1 => vec![row_id],
        _ => row_id.split('/').collect(),
    };
    if parts.len() != table.key.len() {
        return None;
    }
    let value = |(column, part): (&TrailColumn, &str)| {
        let json = match part.parse::<i64>() {
            Ok(number) if column.kind == crate::column_kind::Kind::Integer => number.into(),
            _ => Json::String(part.to_owned()),
        };
        column.kind.value(&json).ok()
    };
    table.key.iter().zip(parts).map(value).collect()
}

pub(super) fn which(table: &AuditedTable, row_id: &str) -> Option<Condition> {
    let values = key_values(table, row_id)?;
    let is = |(column, value): (&TrailColumn, Value)| Expr::col(Alias::new(&column.name)).eq(value);
    Some(table.key.iter().zip(values).map(is).fold(Condition::all(), Condition::add))
}
