//! What apps announce to each other and ask each other: ids and plain data, one file per speaker.
//!
//! An event that waits in a queue is read by the next release: add fields with `#[serde(default)]`,
//! and never rename one.

mod accounts;
mod tenants;

pub use accounts::{LoggedIn, SignedUp};
pub use tenants::{MemberJoined, MemberRemoved, RemoveMember, WorkspaceCreated, WorkspaceDeleted};
