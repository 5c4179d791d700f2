//! Faults of the real program and its servers: killed at random points, cut off, without disk or database.

mod accept;
mod agreement;
mod balancer;
mod billing;
mod branches;
mod browser;
mod chaos;
mod clock;
mod create;
mod delete;
mod disk;
mod import;
mod jobs;
mod load;
mod migrate;
mod neighbour;
mod own_server;
mod postgres;
pub(crate) mod program;
mod releases;
mod rolling;
mod sign_up;
mod site;
mod slow;
