//! Archives: all rows of one tenant in a file that either store can read. Lines of JSON, compressed;
//! the last one has the number of rows and a checksum of all before.

mod catalog_rows;
mod export;
mod file;
mod import;
mod shape;

pub use catalog_rows::CatalogRows;
pub use export::Exported;
pub use file::{Header, Person, Reader};
pub use import::{Rows, Written};

/// What is not a tenant's data: marks of its schema, and what waits to be done. The queue stays where
/// it is, and so does the note of which jobs were done. The audit trail tells what happened here: of an
/// archive it tells that its rows came. What can be undone of what happened here stays with it.
const LEFT_OUT: [&str; 11] = [
    "_meta",
    "_migrations",
    "outbox",
    "jobs_done",
    "audit_entries",
    "audit_head",
    "audit_days",
    "entitlements",
    "operations",
    "imports",
    "import_rows",
];

/// Rows in one query and in one statement.
const PAGE: usize = 200;
