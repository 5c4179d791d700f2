//! What an operator's monitoring reads of a store: its pools, how full its cells are, and how long
//! something has been waiting in an outbox.

use std::time::Duration;

use core_base::clock;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult, Statement, prelude::Uuid};

use crate::{
    catalog::tenant::Status,
    pool_usage::PoolUsage,
    store::{Place, Store},
};

/// How many workspaces there are in one state of one cell.
#[derive(Clone, Debug, FromQueryResult)]
pub struct TenantCount {
    /// The number of the cell.
    pub cell: i32,
    /// In which state.
    pub status: Status,
    /// Their migration failed.
    pub quarantined: bool,
    /// How many.
    pub count: i64,
}

impl Store {
    /// All pools of this process by name. A cell is there once it was used.
    pub fn pools(&self) -> Vec<(String, PoolUsage)> {
        let mut pools = vec![("catalog".to_owned(), self.catalog().usage())];
        if let Place::Postgres { owners, .. } = &self.0.place {
            pools.push(("owner".to_owned(), owners.usage()));
        }
        let cells = self.0.cells.read().expect("nothing panics in it");
        let mut cells: Vec<_> = cells.iter().map(|(id, cell)| (*id, cell.usage())).collect();
        cells.sort_by_key(|(id, _)| *id);
        pools.extend(cells.into_iter().map(|(id, usage)| (format!("cell{id}"), usage)));
        pools
    }

    /// All workspaces but the erased ones, counted in one query.
    pub async fn tenant_counts(&self) -> Result<Vec<TenantCount>, DbErr> {
        let sql =
            "SELECT cell_id AS cell, status, quarantine <> '' AND status <> 'deleting' AS quarantined, count(*) AS count
             FROM \"catalog\".tenants WHERE status <> 'deleted' GROUP BY 1, 2, 3";
        let query = Statement::from_string(self.backend(), sql);
        let rows = self.catalog().query_all_raw(query).await?;
        rows.iter().map(|row| TenantCount::from_query_result(row, "")).collect()
    }

    /// For how long something has been left in an outbox; `None`: they are empty. On PostgreSQL
    /// this is true of the whole installation, on SQLite of what this process knows.
    pub async fn outbox_age(&self) -> Result<Option<Duration>, DbErr> {
        if self.backend() != DbBackend::Postgres {
            return Ok(self.outbox_signal().oldest());
        }
        let sql = "SELECT id FROM \"shared\".\"outbox\" ORDER BY id LIMIT 1";
        let first = Statement::from_string(DbBackend::Postgres, sql);
        let Some(row) = self.catalog().query_one_raw(first).await? else { return Ok(None) };
        row.try_get::<Uuid>("", "id").map(|id| Some(age(id)))
    }
}

/// Ids carry the moment in which they were made.
fn age(id: Uuid) -> Duration {
    let made = id.get_timestamp().map_or(0, |made| made.to_unix().0);
    let now = u64::try_from(clock::now().timestamp()).unwrap_or_default();
    Duration::from_secs(now.saturating_sub(made))
}
