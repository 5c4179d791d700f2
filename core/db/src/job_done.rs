//! The table of jobs whose effects are in a tenant: what a job writes there counts once, however often
//! the job is run.

use sea_orm::entity::prelude::*;

/// A job that was done. Written first in the job's own transaction.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "tenant", table_name = "jobs_done")]
pub struct Model {
    /// The job.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// When, UTC. Long after the last possible repetition the row is deleted.
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
impl crate::TenantEntity for Entity {
    fn audit() -> crate::Audit<Self> {
        crate::Audit::none()
    }
}
