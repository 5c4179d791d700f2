//! Faults of the real program and its servers: killed at random points, cut off, without disk or database.

mod accept;
mod agreement;
mod browser;
mod chaos;
mod create;
mod delete;
mod jobs;
mod load;
mod migrate;
mod own_server;
mod postgres;
pub(crate) mod program;
mod releases;
mod sign_up;
mod site;
