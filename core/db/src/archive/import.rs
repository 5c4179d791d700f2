//! Reading an archive into a tenant's tables, in one transaction of the caller's.

use std::collections::HashMap;

use anyhow::{Context, ensure};
use core_base::{Result, UserId};
use sea_orm::{
    ConnectionTrait, ExprTrait,
    sea_query::{Alias, Expr, Query},
};
use serde_json::Value as Json;

use super::{
    CatalogRows, PAGE,
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
    others: HashMap<UserId, UserId>,
    catalog: CatalogRows,
}

/// What was written into a tenant, and what is still to be written into the catalogue.
pub struct Written {
    /// Rows, those of the catalogue among them.
    pub rows: u64,
    /// Rows that the catalogue is to hold of the tenant.
    pub catalog: CatalogRows,
}

impl Rows {
    /// Of an archive, for people of whom some have another id here.
    pub fn new(reader: Reader, others: HashMap<UserId, UserId>) -> Self {
        Self { reader, others, catalog: CatalogRows::default() }
    }

    /// Takes away every row that is there, and writes those of the archive.
    pub async fn replace(self, db: &TenantDb) -> Result<Written> {
        for shape in shapes(db).await?.iter().rev() {
            let mut delete = Query::delete();
            delete.from_table((Alias::new(TENANT_SCHEMA), Alias::new(&shape.name)));
            db.execute_raw(db.get_database_backend().build(&delete)).await?;
        }
        self.write(db).await
    }

    /// Writes the rows into tables that are empty.
    pub async fn write(mut self, db: &TenantDb) -> Result<Written> {
        let shapes = shapes(db).await?;
        let (mut filling, mut waiting, mut rows) = (None::<Filling>, vec![], 0);
        let mut is_catalog = false;
        while let Some(line) = self.reader.next()? {
            match line {
                Line::Table(next) => {
                    rows += self.flush(db, filling.as_mut(), &mut waiting).await?;
                    self.link(db, filling.take()).await?;
                    is_catalog = next.is_catalog;
                    match is_catalog {
                        true => self.catalog.table(next),
                        false => filling = Some(Filling::of(next, &shapes)?),
                    }
                }
                Line::Row(row) if is_catalog => {
                    rows += 1;
                    self.catalog.row(row)?;
                }
                Line::Row(row) => waiting.push(row),
            }
            if waiting.len() == PAGE {
                rows += self.flush(db, filling.as_mut(), &mut waiting).await?;
            }
        }
        rows += self.flush(db, filling.as_mut(), &mut waiting).await?;
        self.link(db, filling).await?;
        self.catalog.others = self.others;
        Ok(Written { rows, catalog: self.catalog })
    }

    async fn flush(
        &self,
        db: &TenantDb,
        filling: Option<&mut Filling>,
        rows: &mut Vec<Vec<Json>>,
    ) -> Result<u64> {
        let rows = std::mem::take(rows);
        if rows.is_empty() {
            return Ok(0);
        }
        let filling = filling.context("the archive is damaged: rows of no table")?;
        let mut insert = Query::insert();
        insert.into_table((Alias::new(TENANT_SCHEMA), Alias::new(&filling.table.table)));
        insert.columns(filling.table.columns.iter().map(|(column, _)| Alias::new(column)));
        let count = rows.len() as u64;
        for row in rows {
            let row = filling.unlinked(row);
            let row = self.values(&filling.table, &row)?;
            insert.values(row).context("the archive is damaged")?;
        }
        db.execute_raw(db.get_database_backend().build(&insert)).await?;
        Ok(count)
    }

    /// All rows of the table are there: now they can refer to each other.
    async fn link(&self, db: &TenantDb, filling: Option<Filling>) -> Result<()> {
        let Some(Filling { table, key, itself, links }) = filling else { return Ok(()) };
        for row in links {
            let mut update = Query::update();
            update.table((Alias::new(TENANT_SCHEMA), Alias::new(&table.table)));
            let values = self.values(&table, &row)?;
            for place in &itself {
                update.value(Alias::new(&table.columns[*place].0), values[*place].clone());
            }
            for place in &key {
                let column = Expr::col(Alias::new(&table.columns[*place].0));
                update.and_where(column.eq(values[*place].clone()));
            }
            db.execute_raw(db.get_database_backend().build(&update)).await?;
        }
        Ok(())
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
        let id: UserId = json.as_str()?.parse().ok()?;
        self.others.get(&id).map(|id| id.to_string().into())
    }
}

/// A table that is being filled.
struct Filling {
    table: Table,
    /// Places of the columns of its key, and of those that refer to rows of the table itself.
    key: Vec<usize>,
    itself: Vec<usize>,
    /// Rows that refer to others, until those are there for sure.
    links: Vec<Vec<Json>>,
}

impl Filling {
    fn of(table: Table, shapes: &[Shape]) -> anyhow::Result<Self> {
        let shape = fits(shapes, &table)?;
        let place = |column: &str| table.columns.iter().position(|(name, _)| name == column);
        let itself = shape.itself.iter().filter_map(|column| place(column)).collect();
        let key: Option<Vec<_>> = shape.key.iter().map(|at| place(&shape.columns[*at].0)).collect();
        let key = key.with_context(|| format!("the archive has no keys of {}", table.table))?;
        Ok(Self { table, key, itself, links: vec![] })
    }

    /// The row without what it says of others.
    fn unlinked(&mut self, mut row: Vec<Json>) -> Vec<Json> {
        let says = |place: &usize| row.get(*place).is_some_and(|json| !json.is_null());
        if self.itself.iter().any(says) {
            self.links.push(row.clone());
            for place in &self.itself {
                if let Some(json) = row.get_mut(*place) {
                    *json = Json::Null;
                }
            }
        }
        row
    }
}

/// Has this schema what the archive brings? A newer one may have more, with a default.
pub(super) fn fits<'a>(shapes: &'a [Shape], table: &Table) -> anyhow::Result<&'a Shape> {
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
    Ok(shape)
}
