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
    table_columns::table_columns,
};

impl Store {
    /// Columns, each as `table.column`, that a workspace with all its migrations does not have; and the
    /// workspace. The oldest and the newest are looked at: between them lies every way to come to a schema.
    pub async fn lacking(&self, tables: &[(String, Vec<String>)]) -> Result<Vec<(String, String)>> {
        let mut lacking = vec![];
        for tenant in self.oldest_and_newest().await? {
            let slug = tenant.slug.clone();
            let columns = self.read_in(tenant, async |db| table_columns(&db).await).await?;
            let there: BTreeSet<_> = columns
                .into_iter()
                .map(|column| format!("{}.{}", column.table, column.name))
                .collect();
            let named = tables.iter().flat_map(|(table, columns)| {
                columns.iter().map(move |column| format!("{table}.{column}"))
            });
            let gone = named.filter(|column| !there.contains(column));
            lacking.extend(gone.map(|column| (slug.clone(), column)));
        }
        Ok(lacking)
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
