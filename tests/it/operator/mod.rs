//! What an operator reads: numbers on a listener of their own, and a line for each request.

mod dashboard;
mod metrics;
mod owner;
mod program;
pub(crate) mod scrape;
mod weak;
