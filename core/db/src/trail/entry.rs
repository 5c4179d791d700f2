//! The table of the audit trail: one row for each change, never changed and never deleted by a tenant.

use sea_orm::entity::prelude::*;

use crate::{Audit, TenantEntity};

/// An entry of the audit trail.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "tenant", table_name = "audit_entries")]
pub struct Model {
    /// Counts from 1, without a gap.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// When, UTC.
    pub at: DateTimeUtc,
    /// How long it is kept, and under which heading it is found: `change`, `access`, `settings`, `trail`.
    pub category: String,
    /// What was done: `created`, `updated`, `deleted`, or the name of an event.
    pub action: String,
    /// The table of the row that changed; empty: it is about no row.
    pub entity: String,
    /// The row's key as text; the parts of a longer one are parted by `/`.
    pub row_id: String,
    /// What people knew the row by.
    pub title: String,
    /// Who: `member:…`, `key:…`, `job:…`, `system`, `visitor`.
    pub actor: String,
    /// The person who did it or whose request led to it.
    pub user_id: Option<Uuid>,
    /// Where from: an IP address, or empty.
    pub address: String,
    /// The request, as the log names it, or empty.
    pub request: String,
    /// `{"column": [before, after]}`, as JSON.
    pub changes: String,
    /// SHA-256 of the link before and of this entry's digest, in hexadecimal.
    pub link: String,
    /// What proves title, address and changes, or that they were erased.
    #[sea_orm(default_value = "")]
    pub seal: String,
}

impl ActiveModelBehavior for ActiveModel {}

impl TenantEntity for Entity {
    fn audit() -> Audit<Self> {
        Audit::none()
    }
}
