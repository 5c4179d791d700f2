//! The table of jobs.

use core_base::TenantId;
use core_db::{Audit, CatalogEntity, OnErase, Ownership};
use sea_orm::{
    entity::prelude::*,
    sea_query::{ExprTrait, SimpleExpr},
};

/// A job in the queue, or one that left it a short time ago.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "jobs")]
pub struct Model {
    /// The job. A repeated hand-over from an outbox is recognised by it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose it is; none: the platform's own.
    pub tenant_id: Option<TenantId>,
    /// Which kind of job.
    pub name: String,
    /// What it carries, as JSON.
    pub payload: String,
    /// Of two waiting jobs with the same key one is enough.
    pub unique_key: Option<String>,
    /// 0 goes before 1, whatever the turn.
    pub priority: i32,
    /// The order among ready jobs of one priority: tenants take turns in it.
    pub turn: i64,
    /// How far it is.
    pub state: State,
    /// UTC. Waiting: not before this. Running: the lease ends. Done, cancelled, dead: since when.
    pub due_at: DateTimeUtc,
    /// How often it was begun.
    pub attempts: i32,
    /// Who runs it.
    pub worker: Option<Uuid>,
    /// Somebody asked to stop it while it ran.
    pub cancelled: bool,
    /// How far a long job is, in its own words.
    pub progress: String,
    /// Why the last attempt failed.
    pub error: String,
    /// Since when it is held back for a reason that is not its own (`error` says which), UTC.
    pub held_since: Option<DateTimeUtc>,
    /// When it was taken into the queue, UTC.
    pub created_at: DateTimeUtc,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum State {
    /// Can be run now.
    #[sea_orm(string_value = "ready")]
    Ready,
    /// For later: delayed, or after a failure.
    #[sea_orm(string_value = "waiting")]
    Waiting,
    /// A worker has it, until its lease ends.
    #[sea_orm(string_value = "running")]
    Running,
    /// It succeeded. Kept for a while, so that a late repetition is recognised.
    #[sea_orm(string_value = "done")]
    Done,
    /// Somebody stopped it.
    #[sea_orm(string_value = "cancelled")]
    Cancelled,
    /// It failed too often; stays until somebody retries or discards it.
    #[sea_orm(string_value = "dead")]
    Dead,
}

impl State {
    /// Every state, in the order in which jobs go through them.
    pub const ALL: [Self; 6] =
        [Self::Ready, Self::Waiting, Self::Running, Self::Done, Self::Cancelled, Self::Dead];

    /// The word that is stored and printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Dead => "dead",
        }
    }
}

/// Jobs that can be run now, by the word itself: the indexes of these rows are chosen by it. With a
/// bound value SQLite chooses them only once it knows the value, and fails where it must also look for
/// `IS NULL` ("internal query planner error", 3.51).
pub(crate) fn is_ready() -> SimpleExpr {
    Expr::col((Entity, Column::State)).eq(Expr::cust("'ready'"))
}

impl CatalogEntity for Entity {
    fn ownership() -> Ownership<Self> {
        // In whatever state: what a job carries may be names and addresses of people.
        Ownership::tenant(Column::TenantId, OnErase::Delete)
    }

    fn audit() -> Audit<Self> {
        Audit::none()
    }
}

impl ActiveModelBehavior for ActiveModel {}
