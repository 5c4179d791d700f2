//! The catalogue's own tables that the spine itself reads.

pub mod cell;
pub mod change;
pub mod meta;
pub mod tenant;
