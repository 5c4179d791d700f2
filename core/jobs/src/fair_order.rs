//! Fairness: tenants take turns. Each new job gets the number at which its tenant's next turn comes,
//! counted from where the queue is now; a tenant with a hundred thousand jobs waits for its own, and
//! another's single job goes right behind the one that is running.

use std::collections::{BTreeSet, HashMap};

use core_base::TenantId;
use core_db::CatalogTx;
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::entity::job::{self, Column, Entity};

/// Tenants asked about in one statement.
const CHUNK: usize = 500;

/// Hands out turns inside one transaction.
pub(crate) struct FairOrder {
    now: i64,
    next: HashMap<Option<TenantId>, i64>,
}

impl FairOrder {
    /// For these tenants; `None` stands for the platform itself. A few statements, however many there
    /// are.
    pub(crate) async fn load(
        tx: &CatalogTx,
        tenants: impl Iterator<Item = Option<TenantId>>,
    ) -> Result<Self, DbErr> {
        let ready = || Entity::find().select_only().filter(job::is_ready());
        let first = ready().column_as(Column::Turn.min(), "turn");
        let first: Option<Option<i64>> = first.into_tuple().one(tx).await?;
        let now = first.flatten().unwrap_or(0);
        let mut next = HashMap::new();
        let tenants: Vec<_> = tenants.collect::<BTreeSet<_>>().into_iter().collect();
        for chunk in tenants.chunks(CHUNK) {
            let platform = chunk.contains(&None).then(|| Column::TenantId.is_null());
            let whose = Condition::any()
                .add(Column::TenantId.is_in(chunk.iter().flatten().copied()))
                .add_option(platform);
            let last = ready()
                .column(Column::TenantId)
                .column_as(Column::Turn.max(), "turn")
                .filter(whose)
                .group_by(Column::TenantId);
            let last: Vec<(Option<TenantId>, i64)> = last.into_tuple().all(tx).await?;
            next.extend(last.into_iter().map(|(tenant, turn)| (tenant, now.max(turn + 1))));
        }
        Ok(Self { now, next })
    }

    /// The next turn of one of them.
    pub(crate) fn next(&mut self, tenant: Option<TenantId>) -> i64 {
        let next = self.next.entry(tenant).or_insert(self.now);
        *next += 1;
        *next - 1
    }
}
