//! What the catalogue holds of a tenant besides its own row.

use core_base::TenantId;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use crate::{
    catalog_db::CatalogTx,
    catalog_table::{CatalogTable, erase_tenant},
    cell::role,
};

/// Deletes all of it. `installation`: on PostgreSQL, where tenants share an outbox.
pub(crate) async fn forget(
    tables: &[CatalogTable],
    tx: &CatalogTx,
    id: TenantId,
    installation: Option<&str>,
) -> Result<(), DbErr> {
    let backend = tx.get_database_backend();
    erase_tenant(tables, tx, id).await?;
    if let Some(installation) = installation {
        let sql = "DELETE FROM \"shared\".\"outbox\" WHERE role::text = $1";
        let role: Value = role(installation, &id.schema()).into();
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, [role])).await?;
    }
    Ok(())
}

/// Jobs that were put off because nobody could work in these tenants are due now.
pub(crate) async fn wake_jobs(tx: &CatalogTx, tenants: &[TenantId]) -> Result<(), DbErr> {
    let backend = tx.get_database_backend();
    for chunk in tenants.chunks(200) {
        let places: Vec<_> = (2..chunk.len() + 2).map(|number| format!("${number}")).collect();
        let sql = format!(
            "UPDATE \"catalog\".jobs SET due_at = $1
             WHERE state = 'waiting' AND held_since IS NOT NULL AND tenant_id IN ({})",
            places.join(", ")
        );
        let mut values: Vec<Value> = vec![core_base::clock::now().into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(())
}
