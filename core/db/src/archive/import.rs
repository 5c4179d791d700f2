//! Reading an archive into a tenant's tables, in one transaction of the caller's.

use std::collections::HashMap;

use anyhow::{Context, ensure};
use core_base::Result;
use sea_orm::{
    ConnectionTrait,
    sea_query::{Alias, Expr, Query},
};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    PAGE,
    file::{Header, Line, Reader, Table},
    shape::{Shape, shapes},
};
use crate::{Step, TENANT_SCHEMA, TenantDb, store::Store};

impl Store {
    /// Can this store take the archive in? Else what to do.
    pub fn accepts(&self, header: &Header) -> anyhow::Result<()> {
        let list = self.0.migrations.tenant;
        let unknown =
            header.migrations.iter().find(|name| !list.iter().any(|one| one.name == **name));
        ensure!(
            unknown.is_none(),
            "the archive is of a newer program: this one does not know {}",
            unknown.map_or("", |name| name.as_str())
        );
        let moves = list.iter().filter(|one| matches!(one.step, Step::Data(_)));
        let missing =
            moves.map(|one| one.name).find(|name| !header.migrations.iter().any(|it| it == name));
        ensure!(
            missing.is_none(),
            "the archive is older than {}, which moves data: import it with a program of its own \
             age, then migrate and export it again",
            missing.unwrap_or_default()
        );
        Ok(())
    }
}

/// The rows of an archive on their way into a tenant.
pub struct Rows {
    reader: Reader,
    /// People who are somebody else here: the same address, another id.
    others: HashMap<Uuid, Uuid>,
}

impl Rows {
    /// Of an archive, for people of whom some have another id here.
    pub fn new(reader: Reader, others: HashMap<Uuid, Uuid>) -> Self {
        Self { reader, others }
    }

    /// Takes away every row that is there, and writes those of the archive. Gives their number.
    pub async fn replace(self, db: &TenantDb) -> Result<u64> {
        for shape in shapes(db).await?.iter().rev() {
            let mut delete = Query::delete();
            delete.from_table((Alias::new(TENANT_SCHEMA), Alias::new(&shape.name)));
            db.execute_raw(db.get_database_backend().build(&delete)).await?;
        }
        self.write(db).await
    }

    /// Writes the rows into tables that are empty. Gives their number.
    pub async fn write(mut self, db: &TenantDb) -> Result<u64> {
        let shapes = shapes(db).await?;
        let (mut table, mut waiting, mut written) = (None::<Table>, vec![], 0);
        while let Some(line) = self.reader.next()? {
            match line {
                Line::Table(next) => {
                    written += self.flush(db, table.as_ref(), &mut waiting).await?;
                    fits(&shapes, &next)?;
                    table = Some(next);
                }
                Line::Row(row) => waiting.push(row),
            }
            if waiting.len() == PAGE {
                written += self.flush(db, table.as_ref(), &mut waiting).await?;
            }
        }
        written += self.flush(db, table.as_ref(), &mut waiting).await?;
        Ok(written)
    }

    async fn flush(
        &self,
        db: &TenantDb,
        table: Option<&Table>,
        rows: &mut Vec<Vec<Json>>,
    ) -> Result<u64> {
        let rows = std::mem::take(rows);
        if rows.is_empty() {
            return Ok(0);
        }
        let table = table.context("the archive is damaged: rows of no table")?;
        let mut insert = Query::insert();
        insert.into_table((Alias::new(TENANT_SCHEMA), Alias::new(&table.table)));
        insert.columns(table.columns.iter().map(|(column, _)| Alias::new(column)));
        let count = rows.len() as u64;
        for row in rows {
            insert.values(self.values(table, &row)?).context("the archive is damaged")?;
        }
        db.execute_raw(db.get_database_backend().build(&insert)).await?;
        Ok(count)
    }

    fn values(&self, table: &Table, row: &[Json]) -> anyhow::Result<Vec<Expr>> {
        ensure!(row.len() == table.columns.len(), "the archive is damaged: a row is too short");
        let mut values = vec![];
        for ((column, kind), json) in table.columns.iter().zip(row) {
            let here = || format!("{}.{column} of the archive", table.table);
            let is_person = table.table == "members" && column == "user_id";
            let other = is_person.then(|| self.other(json)).flatten();
            values.push(Expr::val(kind.value(other.as_ref().unwrap_or(json)).with_context(here)?));
        }
        Ok(values)
    }

    fn other(&self, json: &Json) -> Option<Json> {
        let id: Uuid = json.as_str()?.parse().ok()?;
        self.others.get(&id).map(|id| id.to_string().into())
    }
}

/// Has this schema what the archive brings? A newer one may have more, with a default.
fn fits(shapes: &[Shape], table: &Table) -> anyhow::Result<()> {
    let name = &table.table;
    let shape = shapes.iter().find(|shape| shape.name == *name);
    let shape = shape.with_context(|| format!("there is no table {name} here any more"))?;
    for column in &table.columns {
        ensure!(
            shape.columns.contains(column),
            "{name}.{} is no longer here, or of another kind",
            column.0
        );
    }
    Ok(())
}
