//! The one place that reads the wall clock, so that the rest of the house can be searched for it.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

static AHEAD: AtomicI64 = AtomicI64::new(0);

/// Now, in UTC, cut to microseconds: what both stores keep, so a value survives a round trip.
pub fn now() -> DateTime<Utc> {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    let now = Utc::now().trunc_subsecs(6);
    match AHEAD.load(Ordering::Relaxed) {
        0 => now,
        ahead => now + TimeDelta::milliseconds(ahead),
    }
}

/// As if this machine's clock were wrong by so much, from here on and in all of the process: for tests.
pub fn set_ahead(ahead: TimeDelta) {
    AHEAD.store(ahead.num_milliseconds(), Ordering::Relaxed);
}
