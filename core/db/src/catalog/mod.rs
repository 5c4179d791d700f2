//! The catalogue's own tables that the spine itself reads.

pub mod address;
pub mod cell;
pub mod change;
pub mod meta;
pub mod tenant;
