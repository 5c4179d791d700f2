//! `kill -9` at random points of the real program: after the next start everything agrees.

mod accept;
mod agreement;
mod browser;
mod create;
mod delete;
mod jobs;
mod migrate;
pub(crate) mod program;
mod sign_up;
mod site;
