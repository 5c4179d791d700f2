//! Commands: `tenant` and `member`.

mod certificate;
pub(crate) mod member;
pub(crate) mod tenant;
