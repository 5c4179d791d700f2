//! Entities of tenants.

use sea_orm::EntityTrait;

use crate::Audit;

/// An entity whose table lives in a tenant's schema.
pub trait TenantEntity: EntityTrait {
    /// How its changes are told in the audit trail.
    fn audit() -> Audit<Self>;

    /// What is wrong with a row by the rules of what it stands for; none: nothing. Asked of rows that an
    /// archive brings, which came past whatever else holds the rules.
    fn problem(_row: &Self::Model) -> Option<String> {
        None
    }
}
