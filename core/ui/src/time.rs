//! Times and numbers as people read them. What time it is now comes from outside.

use std::{
    borrow::Borrow,
    fmt::{self, Write},
};

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::fragment::component;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How long ago something was.
#[derive(Debug, Clone, Copy)]
pub struct Ago {
    then: DateTime<Utc>,
    now: DateTime<Utc>,
}

/// “4 min ago” under a day, then “Yesterday”, “18 Nov”, and “12 Dec 2025” in another year.
pub fn ago(then: impl Borrow<DateTime<Utc>>, now: impl Borrow<DateTime<Utc>>) -> Ago {
    Ago { then: *then.borrow(), now: *now.borrow() }
}

impl Ago {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        let (day, today) = (self.then.date_naive(), self.now.date_naive());
        match (self.now - self.then).num_minutes() {
            // A clock that is a little ahead is no reason to speak of the future.
            -1..=0 => to.write_str("Just now"),
            minutes @ 1..60 => write!(to, "{minutes} min ago"),
            60..120 => to.write_str("1 hour ago"),
            minutes @ 120..1440 => write!(to, "{} hours ago", minutes / 60),
            _ if day.succ_opt() == Some(today) => to.write_str("Yesterday"),
            _ if day.year() == today.year() => {
                write!(to, "{} {}", day.day(), MONTHS[day.month0() as usize])
            }
            _ => date(day).write(to),
        }
    }
}
component!(Ago);

/// A day.
#[derive(Debug, Clone, Copy)]
pub struct Day(NaiveDate);

/// “12 Dec 2026”.
pub fn date(day: impl Borrow<NaiveDate>) -> Day {
    Day(*day.borrow())
}

impl Day {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        write!(to, "{} {} {}", self.0.day(), MONTHS[self.0.month0() as usize], self.0.year())
    }
}
component!(Day);

/// A number with separators.
#[derive(Debug, Clone, Copy)]
pub struct Commas(u64);

/// “84,210”.
pub fn commas(number: impl Borrow<u64>) -> Commas {
    Commas(*number.borrow())
}

impl Commas {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        if self.0 < 1000 {
            return write!(to, "{}", self.0);
        }
        Self(self.0 / 1000).write(to)?;
        write!(to, ",{:03}", self.0 % 1000)
    }
}
component!(Commas);
