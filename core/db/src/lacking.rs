//! What entities name and tables lack: a migration that was changed after it had run says so nowhere else.

use core_base::Result;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, Order, QueryFilter, QueryOrder, Statement,
};

use crate::{
    Mode, Tenant,
    catalog::tenant::{self, Status},
    store::Store,
};

const FILE: &str = "SELECT m.name AS t, c.name AS c FROM \"tenant\".\"sqlite_master\" m \
     JOIN pragma_table_info(m.name) c WHERE m.type = 'table'";
const SERVER: &str = "SELECT c.relname::text AS t, a.attname::text AS c \
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
     WHERE n.nspname = $1 AND c.relkind = 'r'";

impl Store {
    /// Columns, each as `table.column`, that a workspace with all its migrations does not have; and the
    /// workspace. The oldest and the newest are looked at: between them lies every way to come to a schema.
    pub async fn lacking(&self, tables: &[(String, Vec<String>)]) -> Result<Vec<(String, String)>> {
        let mut lacking = vec![];
        for order in [Order::Asc, Order::Desc] {
            let tenant = tenant::Entity::find()
                .filter(tenant::Column::Status.eq(Status::Active))
                .filter(tenant::Column::Quarantine.eq(""))
                .filter(tenant::Column::Stamp.eq(self.current_stamp()))
                .order_by(tenant::Column::CreatedAt, order);
            let Some(tenant) = tenant.one(self.catalog()).await? else { continue };
            let (slug, there) = (tenant.slug.clone(), self.there(tenant.into()).await?);
            for (table, columns) in tables {
                let is_there =
                    |column: &&String| there.contains(&(table.clone(), (*column).clone()));
                let gone = columns.iter().filter(|column| !is_there(column));
                lacking.extend(gone.map(|column| (slug.clone(), format!("{table}.{column}"))));
            }
        }
        lacking.sort();
        lacking.dedup();
        Ok(lacking)
    }

    async fn there(&self, tenant: Tenant) -> Result<Vec<(String, String)>> {
        let schema = tenant.id.schema();
        let db = self.tenant_db(tenant.into(), Mode::Read).await?;
        let backend = db.get_database_backend();
        let ask = match backend {
            DbBackend::Postgres => Statement::from_sql_and_values(backend, SERVER, [schema.into()]),
            _ => Statement::from_string(backend, FILE),
        };
        let rows = db.query_all_raw(ask).await?;
        db.finish(false).await?;
        let pair = |row: &sea_orm::QueryResult| Ok((row.try_get("", "t")?, row.try_get("", "c")?));
        rows.iter().map(pair).collect()
    }
}
