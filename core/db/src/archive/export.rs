//! Writing an archive: one snapshot of the tenant, page by page.

use std::{path::Path, sync::Arc};

use core_base::{Error, Result, TenantId};
use sea_orm::{
    ConnectionTrait, ExprTrait,
    sea_query::{Alias, Expr, Query, SelectStatement},
};
use serde_json::Value as Json;

use super::{
    PAGE,
    file::{Header, Person, Table, Writer},
    shape::{Shape, catalog_shapes, shapes},
};
use crate::{
    CATALOG_SCHEMA, TENANT_SCHEMA, mode::Mode, store::Store, tenant::Tenant, tenant_db::TenantDb,
};

/// What an archive holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Tables.
    pub tables: usize,
    /// Rows of all of them.
    pub rows: u64,
}

impl Store {
    /// Writes all rows of a tenant, as they are at one moment, to a new file. People go on working
    /// meanwhile.
    pub async fn export_tenant(
        &self,
        tenant: &Arc<Tenant>,
        people: impl AsyncFnOnce(&TenantDb) -> Result<Vec<Person>>,
        path: &Path,
    ) -> Result<Exported> {
        if self.has_more(tenant).await? {
            let text = "This workspace has tables that this program does not know, and they would \
                        be missing from its archive. Export it with the program that knows them.";
            return Err(Error::Conflict(text.into()));
        }
        if tenant.stamp != self.current_stamp() {
            let text = "This workspace waits for its migration: run `groundwork migrate` first.";
            return Err(Error::Conflict(text.into()));
        }
        let names = self.0.migrations.tenant.iter().map(|one| one.name.to_owned()).collect();
        let db = self.tenant_db(tenant.clone(), Mode::Snapshot).await?;
        let done = match people(&db).await {
            Ok(people) => self.write(&db, &Header::new(tenant, names, people), path).await,
            Err(error) => Err(error),
        };
        db.finish(false).await?;
        done
    }

    async fn write(&self, db: &TenantDb, header: &Header, path: &Path) -> Result<Exported> {
        let mut writer = Writer::new(path, header)?;
        let tables = shapes(db).await?;
        for shape in &tables {
            table(db, (shape, None), &mut writer).await?;
        }
        let catalog = catalog_shapes(self.catalog(), &self.0.tables).await?;
        for (shape, column) in &catalog {
            let of = Some((column.as_str(), header.id));
            table(self.catalog(), (shape, of), &mut writer).await?;
        }
        Ok(Exported { tables: tables.len() + catalog.len(), rows: writer.finish()? })
    }
}

/// The tenant's rows, where the table is one of the catalogue: its column for them, and its id.
type Of<'a> = Option<(&'a str, TenantId)>;

async fn table(
    db: &impl ConnectionTrait,
    (shape, of): (&Shape, Of<'_>),
    writer: &mut Writer,
) -> Result<()> {
    let (table, columns) = (shape.name.clone(), shape.columns.clone());
    writer.table(&Table { table, columns, is_catalog: of.is_some() })?;
    let mut last = None;
    loop {
        let page = page(db, (shape, of), last.as_deref()).await?;
        let is_full = page.len() == PAGE;
        last = page.last().cloned();
        for row in page {
            writer.row(row)?;
        }
        if !is_full {
            return Ok(());
        }
    }
}

/// The rows after `last`, in the order of the key.
async fn page(
    db: &impl ConnectionTrait,
    (shape, of): (&Shape, Of<'_>),
    last: Option<&[Json]>,
) -> Result<Vec<Vec<Json>>> {
    let mut select = Query::select();
    let schema = if of.is_some() { CATALOG_SCHEMA } else { TENANT_SCHEMA };
    select.from((Alias::new(schema), Alias::new(&shape.name))).limit(PAGE as u64);
    if let Some((column, tenant)) = of {
        select.and_where(Expr::col(Alias::new(column)).eq(tenant));
    }
    for (column, kind) in &shape.columns {
        select.expr(kind.select(column));
    }
    for place in &shape.key {
        select.order_by(Alias::new(&shape.columns[*place].0), sea_orm::Order::Asc);
    }
    if let Some(last) = last {
        after(&mut select, shape, last)?;
    }
    let rows = db.query_all_raw(db.get_database_backend().build(&select)).await?;
    let mut read = Vec::with_capacity(rows.len());
    for row in &rows {
        let values =
            shape.columns.iter().enumerate().map(|(place, (_, kind))| kind.read(row, place));
        read.push(values.collect::<anyhow::Result<_>>()?);
    }
    Ok(read)
}

fn after(select: &mut SelectStatement, shape: &Shape, last: &[Json]) -> anyhow::Result<()> {
    let (mut columns, mut values) = (vec![], vec![]);
    for place in &shape.key {
        let (column, kind) = &shape.columns[*place];
        columns.push(Expr::col(Alias::new(column)));
        values.push(Expr::val(kind.value(&last[*place])?));
    }
    select.and_where(Expr::tuple(columns).gt(Expr::tuple(values)));
    Ok(())
}
