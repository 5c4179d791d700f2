//! What happens after a change: events, jobs, the outbox they are left in, the queue, the workers
//! and the schedules.
//!
//! A unit of work leaves jobs and events in its own transaction, so that a change that was undone
//! fires nothing and one that was kept always does. A relay takes them to the queue in the
//! catalogue; workers lease them, run them, and write down what became of them.

mod announced;
mod attempt;
mod entity;
mod fair_order;
mod handler;
mod job;
mod later;
mod manage;
mod own_jobs;
mod person;
mod queue;
mod registry;
mod relay;
mod rounds;
mod run;
mod schedule;
mod tally;
mod worker;

pub use announced::announce_in_catalog;
pub use entity::{job as job_entity, schedule as schedule_entity};
pub use handler::Handler;
pub use job::{Event, Job, JobId, Priority};
pub use later::{Later, Outbox, announce};
pub use manage::{Counts, Entry, cancel, counts, discard, list, look, retry};
pub use registry::{Jobs, Listener, Runner};
pub use relay::Relay;
pub use run::{Cause, Delivery, Run, give_up, is_given_up};
pub use schedule::{Schedule, each_tenant, once, run_now};
pub use tally::{Backlog, Tally, backlog, ready_since};
pub use worker::Worker;
