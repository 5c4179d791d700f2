//! Resources, tried from their descriptions alone: an app writes no line for it.

mod things;
mod whole;

pub use things::resource_things;
pub use whole::assert_resources;
