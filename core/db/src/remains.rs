//! What is left of a tenant that was deleted: looked for, not believed.

use core_base::{Result, TenantId};
use sea_orm::{ConnectionTrait, Statement, Value};

use crate::{
    Store,
    cell::{file_path, role},
    setup,
    store::Place,
};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remains {
    /// Where its data was: a file, or a schema and a role.
    pub place: String,
    /// Whether that is there.
    pub has_data: bool,
    /// Rows of the catalogue that should have gone with it.
    pub rows: u64,
}

impl Store {
    /// Looks for a tenant's data, and for what the catalogue has of it.
    pub async fn remains(&self, id: TenantId) -> Result<Remains> {
        let catalog = self.catalog();
        let backend = catalog.get_database_backend();
        let count = async |sql: String, values: Vec<Value>| -> Result<u64> {
            let query = Statement::from_sql_and_values(backend, sql, values);
            let row = catalog.query_one_raw(query).await?;
            let many = row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?;
            Ok(many.unwrap_or_default().unsigned_abs())
        };
        let (place, has_data) = match &self.0.place {
            Place::Embedded { data_dir } => {
                let file = file_path(&setup::cell_dir(data_dir), id);
                let found = ["", "-wal", "-shm"]
                    .iter()
                    .any(|end| std::path::Path::new(&format!("{}{end}", file.display())).exists());
                (format!("file {}", file.display()), found)
            }
            Place::Postgres { installation, .. } => {
                let (schema, role) = (id.schema(), role(installation, &id.schema()));
                let sql = "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = $1) \
                           + (SELECT count(*) FROM pg_roles WHERE rolname = $2)";
                let values = vec![schema.clone().into(), role.clone().into()];
                let found = count(sql.to_owned(), values).await? > 0;
                (format!("schema {schema} and role {role}"), found)
            }
        };
        let mut rows = 0;
        for table in &self.0.tables {
            let Some(column) = table.erased_by() else { continue };
            let sql = format!(
                "SELECT count(*) FROM \"catalog\".\"{}\" WHERE \"{column}\" = $1",
                table.name
            );
            rows += count(sql, vec![id.into()]).await?;
        }
        Ok(Remains { place, has_data, rows })
    }
}
