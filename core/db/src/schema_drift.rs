//! What entities name and tables lack: a migration that was changed after it had run says so nowhere else.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use core_base::Result;
use sea_orm::{ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder};

use crate::{
    Tenant,
    catalog::tenant::{self, Status},
    store::Store,
    table_columns::{TableColumn, catalog_columns, table_columns},
};

/// Where tables with all their migrations are not what the entities say: the workspace, or nothing for
/// the catalogue, and `table.column`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    /// Columns that an entity names and the table does not have.
    pub lacking: Vec<(String, String)>,
    /// Columns that must be filled and that no entity knows: no row can be added.
    pub unfilled: Vec<(String, String)>,
}

impl Drift {
    fn add(&mut self, whose: &str, tables: &[(String, Vec<String>)], columns: Vec<TableColumn>) {
        let named: BTreeSet<_> = tables
            .iter()
            .flat_map(|(table, columns)| columns.iter().map(move |c| format!("{table}.{c}")))
            .collect();
        let mut there = BTreeSet::new();
        for column in columns {
            let name = format!("{}.{}", column.table, column.name);
            let is_known = tables.iter().any(|(table, _)| *table == column.table);
            if is_known && column.is_required && !column.has_default && !named.contains(&name) {
                self.unfilled.push((whose.to_owned(), name.clone()));
            }
            there.insert(name);
        }
        let gone = named.difference(&there).map(|column| (whose.to_owned(), column.clone()));
        self.lacking.extend(gone);
    }
}

impl Store {
    /// Compares the tables of the catalogue, and the `tables` of entities in workspaces, each with its
    /// columns, with those of the oldest and the newest workspace: between them lies every way to come to a
    /// schema.
    pub async fn schema_drift(&self, tables: &[(String, Vec<String>)]) -> Result<Drift> {
        let mut drift = Drift::default();
        for tenant in self.oldest_and_newest().await? {
            let slug = tenant.slug.clone();
            let columns = self.read_in(tenant, async |db| table_columns(&db).await).await?;
            drift.add(&slug, tables, columns);
        }
        let own = self.0.tables.iter().map(|table| (table.name.clone(), table.columns.clone()));
        let columns = catalog_columns(self.catalog()).await?;
        drift.add("", &own.collect::<Vec<_>>(), columns);
        Ok(drift)
    }

    /// Of those that are open and have all migrations; one, where there is but one.
    async fn oldest_and_newest(&self) -> Result<Vec<Arc<Tenant>>> {
        let mut found = BTreeMap::new();
        for order in [Order::Asc, Order::Desc] {
            let query = tenant::Entity::find()
                .filter(tenant::Column::Status.eq(Status::Active))
                .filter(tenant::Column::Quarantine.eq(""))
                .filter(tenant::Column::Stamp.eq(self.current_stamp()))
                .order_by(tenant::Column::CreatedAt, order);
            if let Some(row) = query.one(self.catalog()).await? {
                found.insert(row.id, self.tenant(row));
            }
        }
        Ok(found.into_values().collect())
    }
}
