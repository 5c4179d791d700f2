//! The tables of the catalogue that every installation has, without any app.

use std::sync::Arc;

use core_access::entity::{
    data_key, email_link, invited, kept_form, membership, rate_limit, session, ticket, used_token,
    user,
};
use core_db::{
    AuditedTable, CatalogTable, Migrations, Schema, audit_day, audit_entry, audit_head,
    catalog::{address, cell, change, meta, tenant},
};
use core_jobs::{job_entity, schedule_entity};

use crate::app::Table;

/// What a store without any app's tables in its catalogue is made of.
pub fn bare_schema(migrations: Migrations) -> Schema {
    Schema { migrations, tables: all(), audited: audited(&Table::core()), plans: Arc::default() }
}

/// Those that others refer to first.
pub(crate) fn all() -> Vec<CatalogTable> {
    vec![
        CatalogTable::of::<meta::Entity>("core"),
        CatalogTable::of::<cell::Entity>("core"),
        CatalogTable::of::<tenant::Entity>("core"),
        CatalogTable::of::<address::Entity>("core"),
        CatalogTable::of::<change::Entity>("core"),
        CatalogTable::of::<rate_limit::Entity>("core"),
        CatalogTable::of::<job_entity::Entity>("core"),
        CatalogTable::of::<schedule_entity::Entity>("core"),
        CatalogTable::of::<user::Entity>("core"),
        CatalogTable::of::<session::Entity>("core"),
        CatalogTable::of::<ticket::Entity>("core"),
        CatalogTable::of::<used_token::Entity>("core"),
        CatalogTable::of::<membership::Entity>("core"),
        CatalogTable::of::<invited::Entity>("core"),
        CatalogTable::of::<email_link::Entity>("core"),
        CatalogTable::of::<kept_form::Entity>("core"),
        CatalogTable::of::<data_key::Entity>("core"),
        CatalogTable::of_trail::<audit_entry::Entity>(),
        CatalogTable::of_trail::<audit_head::Entity>(),
        CatalogTable::of_trail::<audit_day::Entity>(),
    ]
}

/// Those whose changes the audit trail tells.
pub(crate) fn audited<'a>(tables: impl IntoIterator<Item = &'a Table>) -> Vec<AuditedTable> {
    tables.into_iter().filter_map(|table| table.audited.clone()).collect()
}
