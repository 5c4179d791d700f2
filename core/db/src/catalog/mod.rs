//! The catalogue's own tables that the platform itself reads.

pub mod address;
pub mod cell;
pub mod change;
pub mod meta;
pub mod tenant;
