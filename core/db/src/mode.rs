//! Whether a unit of work may write.

/// May this unit of work write?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// GET and HEAD: the database refuses writes.
    Read,
    /// Reading by many queries that must see one moment.
    Snapshot,
    /// Everything else.
    Write,
    /// Writing so many rows that it may take fifteen minutes.
    Bulk,
}
