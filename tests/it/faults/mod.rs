//! `kill -9` at random points of the real program: after the next start everything agrees.

mod agreement;
mod create;
mod delete;
mod jobs;
mod migrate;
pub(crate) mod program;
