//! What apps announce to each other: ids and plain data, one file per speaker.
//!
//! An event that waits in a queue is read by the next release: add fields with `#[serde(default)]`,
//! and never rename one.

mod tenants;

pub use tenants::{MemberJoined, MemberRemoved};
