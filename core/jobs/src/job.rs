//! What a job and an event are: plain structs with a name.

use std::{fmt, time::Duration};

use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

/// Which job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JobId(pub Uuid);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Who goes first. A higher priority goes before all of a lower one; inside one, tenants take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Somebody is waiting for it at this moment.
    High = 0,
    /// Everything else.
    Normal = 1,
    /// When there is nothing better to do.
    Low = 2,
}

/// Something to be done later. The struct is the payload; ids and plain data, no tenant: that
/// travels in the envelope.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// `app.verb`: kept in the queue, so never change it while jobs wait.
    const NAME: &'static str;
    /// How often it is begun before it is dead. Between attempts it waits longer each time: with
    /// 12, for about a day in all.
    const ATTEMPTS: u32 = 12;
    /// Who goes first.
    const PRIORITY: Priority = Priority::Normal;
    /// However long it works, it is stopped then, and that counts as a failure.
    const TIMEOUT: Duration = Duration::from_mins(5);

    /// Of several waiting jobs with the same key only the first is kept. Begin it with the name.
    fn key(&self) -> Option<String> {
        None
    }
}

/// Something that happened. Past tense, ids and plain data.
pub trait Event: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// `app.what_happened`.
    const NAME: &'static str;
}
