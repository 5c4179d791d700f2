//! What an archive brings for the catalogue: rows about its tenant and about its people, and nobody else.

use std::collections::HashMap;

use anyhow::{Context, ensure};
use core_base::{Result, TenantId, UserId};
use sea_orm::{
    ConnectionTrait, ExprTrait,
    sea_query::{Alias, Expr, Query},
};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    PAGE,
    file::Table,
    import::fits,
    shape::{Shape, catalog_shapes},
};
use crate::{CATALOG_SCHEMA, CatalogTable, CatalogTx, OwnedBy, store::Store};

/// Rows that the catalogue may hold of one tenant in all: they are kept in memory until the tenant is
/// written.
const MAX_ROWS: usize = 20_000;

/// Rows of the catalogue on their way into it.
#[derive(Default)]
pub struct CatalogRows {
    tables: Vec<(Table, Vec<Vec<Json>>)>,
    count: usize,
    /// People who are somebody else here.
    pub(super) others: HashMap<UserId, UserId>,
}

impl CatalogRows {
    pub(super) fn table(&mut self, table: Table) {
        self.tables.push((table, vec![]));
    }

    pub(super) fn row(&mut self, row: Vec<Json>) -> anyhow::Result<()> {
        self.count += 1;
        ensure!(
            self.count <= MAX_ROWS,
            "the archive has more than {MAX_ROWS} rows for the catalogue"
        );
        let (_, rows) =
            self.tables.last_mut().context("the archive is damaged: rows of no table")?;
        rows.push(row);
        Ok(())
    }

    /// Replaces what the catalogue holds of this tenant in the tables that the archive brings. `people`
    /// are those whom the archive names, by their ids here.
    pub async fn write(
        &self,
        store: &Store,
        tx: &CatalogTx,
        tenant: TenantId,
        people: &[UserId],
    ) -> Result<()> {
        if self.tables.is_empty() {
            return Ok(());
        }
        let shapes = catalog_shapes(tx, &store.0.tables).await?;
        let (shapes, _): (Vec<Shape>, Vec<String>) = shapes.into_iter().unzip();
        for (table, rows) in &self.tables {
            fits(&shapes, table)?;
            let known = store.0.tables.iter().find(|known| known.name == table.table);
            let known = known.with_context(|| format!("nobody owns {}", table.table))?;
            self.replace(tx, known, table, rows, tenant, people).await?;
            (known.check)(tx, tenant).await?;
        }
        Ok(())
    }

    async fn replace(
        &self,
        tx: &CatalogTx,
        known: &CatalogTable,
        table: &Table,
        rows: &[Vec<Json>],
        tenant: TenantId,
        people: &[UserId],
    ) -> Result<()> {
        let backend = tx.get_database_backend();
        let name = || (Alias::new(CATALOG_SCHEMA), Alias::new(&table.table));
        let column = known.tenant_column().context("no column names the tenant")?;
        let mut delete = Query::delete();
        let of_tenant = Expr::col(Alias::new(column)).eq(tenant);
        tx.execute_raw(backend.build(delete.from_table(name()).and_where(of_tenant))).await?;
        for rows in rows.chunks(PAGE) {
            let mut insert = Query::insert();
            insert.into_table(name());
            insert.columns(table.columns.iter().map(|(column, _)| Alias::new(column)));
            for row in rows {
                let values = self.values(known, table, row, tenant, people)?;
                insert.values(values).context("the archive is damaged")?;
            }
            tx.execute_raw(backend.build(&insert)).await?;
        }
        Ok(())
    }

    fn values(
        &self,
        known: &CatalogTable,
        table: &Table,
        row: &[Json],
        tenant: TenantId,
        people: &[UserId],
    ) -> anyhow::Result<Vec<Expr>> {
        ensure!(row.len() == table.columns.len(), "the archive is damaged: a row is too short");
        let mut values = vec![];
        for ((column, kind), json) in table.columns.iter().zip(row) {
            let here = || format!("{}.{column} of the archive", table.table);
            let id = |json: &Json| json.as_str().and_then(|text| text.parse::<Uuid>().ok());
            let whose = known.about.iter().find(|(_, name, _)| name == column);
            let json = match whose.map(|(whose, ..)| whose) {
                Some(OwnedBy::Tenant) => {
                    ensure!(id(json) == Some(tenant.0), "{} names another workspace", here());
                    json.clone()
                }
                Some(OwnedBy::User) if !json.is_null() => {
                    let there = UserId(id(json).with_context(here)?);
                    let person = self.others.get(&there).copied().unwrap_or(there);
                    let is_known = people.contains(&person);
                    ensure!(is_known, "{} names somebody whom it does not bring", here());
                    person.to_string().into()
                }
                _ => json.clone(),
            };
            values.push(Expr::val(kind.value(&json).with_context(here)?));
        }
        ensure!(
            known
                .tenant_column()
                .is_some_and(|of| table.columns.iter().any(|(name, _)| name == of)),
            "{} of the archive does not say whose its rows are",
            table.table
        );
        Ok(values)
    }
}
