//! Entities of tenants.

use sea_orm::EntityTrait;

/// An entity whose table lives in a tenant's schema.
pub trait TenantEntity: EntityTrait {
    /// What is wrong with a row by the rules of what it stands for; none: nothing. Asked of rows that an
    /// archive brings, which came past whatever else holds the rules.
    fn problem(_row: &Self::Model) -> Option<String> {
        None
    }
}
