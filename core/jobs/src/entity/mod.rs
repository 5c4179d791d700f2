//! The tables of the queue.

pub mod job;
pub mod schedule;
