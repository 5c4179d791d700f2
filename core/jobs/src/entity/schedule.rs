//! The table of schedules.

use core_base::TenantId;
use core_db::{Audit, CatalogEntity, Ownership};
use sea_orm::entity::prelude::*;

/// When something that repeats is next due.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "schedules")]
pub struct Model {
    /// The job's name, and a number where a job has several schedules.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// The rule that `next_at` was computed by.
    pub cron: String,
    /// The time zone of the rule.
    pub zone: String,
    /// UTC. Whoever moves it on enqueues the job: so one process of many does.
    pub next_at: DateTimeUtc,
    /// The hour for which workspaces are being given their jobs, UTC: `next_at`, or one gone by.
    pub firing_at: Option<DateTimeUtc>,
    /// The last workspace that has its job of that hour; they go by their ids.
    pub fired_to: Option<TenantId>,
}

impl CatalogEntity for Entity {
    fn ownership() -> Ownership<Self> {
        Ownership::nobody()
    }

    fn audit() -> Audit<Self> {
        Audit::none()
    }
}

impl ActiveModelBehavior for ActiveModel {}
