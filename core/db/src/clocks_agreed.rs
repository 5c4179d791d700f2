//! When this machine's clock and the database's agreed last.

use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

use chrono::{DateTime, TimeDelta, Utc};
use core_base::clock;

/// From here on an operator should know of a difference.
pub(crate) const NOTABLE: TimeDelta = TimeDelta::seconds(2);
/// An agreement holds for so long.
const HOLDS: TimeDelta = TimeDelta::minutes(1);

/// When the clocks agreed last, by both of this machine's.
#[derive(Default)]
pub(crate) struct Agreed(Mutex<Option<(Instant, DateTime<Utc>)>>);

impl Agreed {
    pub(crate) fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((Instant::now(), clock::now()));
    }

    pub(crate) fn still(&self) -> bool {
        let agreed = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        agreed.is_some_and(|(then, wall)| {
            let since = TimeDelta::from_std(then.elapsed()).unwrap_or(TimeDelta::MAX);
            since < HOLDS && (clock::now() - wall - since).abs() < NOTABLE / 2
        })
    }
}
