//! Fairness: tenants take turns. Each new job gets the number at which its tenant's next turn comes,
//! counted from where the queue is now; a tenant with a hundred thousand jobs waits for its own, and
//! another's single job goes right behind the one that is running.

use std::collections::HashMap;

use core_db::CatalogTx;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::entity::job::{self, State};

/// Hands out turns inside one transaction.
pub(crate) struct Turns<'a> {
    tx: &'a CatalogTx,
    now: i64,
    next: HashMap<Option<Uuid>, i64>,
}

impl<'a> Turns<'a> {
    pub(crate) async fn load(tx: &'a CatalogTx) -> Result<Self, DbErr> {
        let now = edge(tx, job::Column::Turn.min(), None).await?.unwrap_or(0);
        Ok(Self { tx, now, next: HashMap::new() })
    }

    /// The next turn of a tenant; `None` stands for the platform itself.
    pub(crate) async fn next(&mut self, tenant: Option<Uuid>) -> Result<i64, DbErr> {
        let turn = match self.next.get(&tenant) {
            Some(turn) => *turn,
            None => {
                let last = edge(self.tx, job::Column::Turn.max(), Some(tenant)).await?;
                last.map_or(self.now, |last| self.now.max(last + 1))
            }
        };
        self.next.insert(tenant, turn + 1);
        Ok(turn)
    }
}

/// The first or last turn among ready jobs, of all or of one tenant.
async fn edge(
    tx: &CatalogTx,
    which: sea_orm::sea_query::SimpleExpr,
    of: Option<Option<Uuid>>,
) -> Result<Option<i64>, DbErr> {
    let mut query = job::Entity::find()
        .select_only()
        .column_as(which, "edge")
        .filter(job::Column::State.eq(State::Ready));
    match of {
        Some(Some(tenant)) => query = query.filter(job::Column::TenantId.eq(tenant)),
        Some(None) => query = query.filter(job::Column::TenantId.is_null()),
        None => {}
    }
    let row: Option<Option<i64>> = query.into_tuple().one(tx).await?;
    Ok(row.flatten())
}
