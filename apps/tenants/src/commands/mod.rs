//! Commands: `tenant` and `member`.

pub(crate) mod member;
pub(crate) mod tenant;
