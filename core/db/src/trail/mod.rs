//! The audit trail: every change to a described table is told in the transaction that makes it.
//!
//! [`TenantEntity::audit`](crate::TenantEntity::audit) describes a table. Whatever writes to it (a row, a
//! set of rows, a statement in text) passes `TenantDb`, which asks the database for the rows before and
//! after in the same statement, and writes one entry for each row just before the commit. Entries form a
//! chain of hashes, and a tenant's own role may add to it and nothing else.

mod capture;
mod chain;
pub mod day;
mod description;
pub mod entry;
mod flush;
mod forget;
pub mod head;
mod read_back;
mod retention;
mod seal;
mod tell;
mod vouchers;
mod write;

pub use chain::{BEGINNING, Broken, Verified, instant, verify};
pub use description::{Audit, AuditedTable};
pub use retention::Retention;
pub use vouchers::Vouchers;

pub(crate) use description::Trail;
pub(crate) use flush::{PendingMark, PendingWrites};
