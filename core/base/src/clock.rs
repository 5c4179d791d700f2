//! The one place that reads the wall clock, so that the rest of the house can be searched for it.

use chrono::{DateTime, SubsecRound, Utc};

/// Now, in UTC, cut to microseconds: what both stores keep, so a value survives a round trip.
pub fn now() -> DateTime<Utc> {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    Utc::now().trunc_subsecs(6)
}
