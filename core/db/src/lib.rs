//! The stores: the catalogue, the cells, and `TenantDb`, the one way to a tenant's data.

pub mod catalog;
mod catalog_db;
mod cell;
mod changes;
mod directory;
mod fleet;
mod inspect;
mod migration;
mod page;
mod plan;
mod pool;
mod postgres;
mod provision;
mod search;
mod setup;
mod sqlite;
mod statement;
mod store;
mod sweep;
mod tenant_db;
mod tx;
mod unique;

pub use catalog::tenant::Status;
pub use catalog_db::{CatalogDb, CatalogEntity, CatalogTx};
pub use changes::{Change, Changes};
pub use directory::{Directory, Tenant};
pub use fleet::{Progress, Report};
pub use migration::{Migration, Migrations, Rights, Script, Step, columns, stamp};
pub use page::{PAGE_SIZES, Page, Paging};
pub use provision::NewTenant;
pub use setup::{CellReport, prepare};
pub use statement::{CATALOG_SCHEMA, TENANT_SCHEMA};
pub use store::Store;
pub use tenant_db::{Mode, TenantDb, TenantEntity};
pub use unique::{OnUnique, violates};
