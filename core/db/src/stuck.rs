//! Workspaces that should be finished or gone by now, and why they are not.

use chrono::TimeDelta;
use core_base::{Finding, TenantId, clock};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    catalog::tenant::{self, Status},
    store::Store,
};

/// Making or erasing one takes seconds, and the sweeper looks each minute.
const LONG: TimeDelta = TimeDelta::hours(1);

impl Store {
    /// Workspaces that are being made or erased for longer than an hour.
    pub(crate) async fn stuck(&self) -> anyhow::Result<Vec<Finding>> {
        let half = tenant::Entity::find()
            .filter(tenant::Column::Status.is_in([Status::Provisioning, Status::Deleting]))
            .all(self.catalog())
            .await?;
        let long =
            |row: &tenant::Model| row.erase_at.unwrap_or(row.created_at) < clock::now() - LONG;
        let finding = |row: tenant::Model| {
            let what = match row.status {
                Status::Deleting => "erased",
                _ => "made",
            };
            let why = if row.quarantine.is_empty() { "nobody tried" } else { &row.quarantine };
            Finding::new(
                "store.stuck",
                format!("the workspace {} is being {what} for over an hour: {why}", row.slug),
                "take away what is in the way; a running `serve` tries again each minute",
            )
        };
        Ok(half.into_iter().filter(long).map(finding).collect())
    }

    /// Writes down why a workspace could not be undone or erased, for `check`.
    pub(crate) async fn note_stuck(
        &self,
        id: TenantId,
        done: anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        if let Err(error) = &done {
            let noted = tenant::Entity::update_many()
                .col_expr(tenant::Column::Quarantine, Expr::value(format!("{error:#}")))
                .filter(tenant::Column::Id.eq(id))
                .filter(tenant::Column::Status.is_in([Status::Provisioning, Status::Deleting]))
                .exec(self.catalog())
                .await;
            if let Err(noted) = noted {
                tracing::warn!(tenant = %id, "noting why it is stuck: {noted}");
            }
        }
        done
    }
}
