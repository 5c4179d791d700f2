//! What an operator reads: numbers on a listener of their own, and a line for each request.

mod by_hand;
mod certificate;
mod dashboard;
mod metrics;
mod owner;
mod program;
mod running;
pub(crate) mod scrape;
mod weak;
