//! The audit trail: every change to a described table is told in the transaction that makes it.
//!
//! [`TenantEntity::audit`](crate::TenantEntity::audit) and
//! [`CatalogEntity::audit`](crate::CatalogEntity::audit) describe a table. Whatever writes to it (a row, a
//! set of rows, a statement in text) passes the [`Recorder`] of its transaction, which asks the database
//! for the rows before and after in the same statement, and writes one entry for each row just before the
//! commit. Entries form a chain of hashes, one for each workspace and one for the catalogue; the role that
//! is at work there may add to it and nothing else.

mod capture;
mod chain;
pub mod day;
mod description;
pub mod entry;
mod flush;
mod forget;
pub mod head;
mod read_back;
mod recorder;
mod retention;
mod row_at;
mod seal;
mod take_back;
mod tell;
mod vouchers;
mod write;

pub use chain::{BEGINNING, Broken, Verified, instant, verify};
pub use description::{Audit, AuditedTable};
pub use recorder::{Recorded, Recorder};
pub use retention::Retention;
pub use take_back::{Left, Stamps};
pub use vouchers::Vouchers;

pub(crate) use capture::Sent;
pub(crate) use description::Trail;
pub(crate) use flush::PendingMark;
