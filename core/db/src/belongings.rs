//! What the catalogue holds of a tenant besides its own row: tables of other crates, by their names.

use core_base::TenantId;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value, prelude::Uuid};

use crate::{catalog_db::CatalogTx, cell::role};

/// Tables whose rows name a tenant in the column `tenant_id` and go with it. Jobs go whatever state
/// they are in: what they carry may be names and addresses of people.
const TABLES: [&str; 4] = ["memberships", "sessions", "jobs", "invited"];

/// Deletes all of it. `installation`: on PostgreSQL, where tenants share an outbox.
pub(crate) async fn forget(
    tx: &CatalogTx,
    id: TenantId,
    installation: Option<&str>,
) -> Result<(), DbErr> {
    let backend = tx.get_database_backend();
    for table in TABLES {
        let sql = format!("DELETE FROM \"catalog\".\"{table}\" WHERE tenant_id = $1");
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, [id.0.into()])).await?;
    }
    if let Some(installation) = installation {
        let sql = "DELETE FROM \"shared\".\"outbox\" WHERE role::text = $1";
        let role: Value = role(installation, &id.schema()).into();
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, [role])).await?;
    }
    Ok(())
}

/// Jobs that were put off because nobody could work in these tenants are due now.
pub(crate) async fn wake_jobs(tx: &CatalogTx, tenants: &[Uuid]) -> Result<(), DbErr> {
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
