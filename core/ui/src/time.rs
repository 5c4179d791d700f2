//! Times and numbers as people read them. What time it is now comes from outside.

use std::{
    borrow::Borrow,
    fmt::{self, Write},
};

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use crate::{Locale, fragment::component};

/// How one person reads times: in which zone, and in which way of writing.
#[derive(Debug, Clone, Copy)]
pub struct Calendar {
    now: DateTime<Utc>,
    zone: Tz,
    locale: Locale,
}

impl Calendar {
    /// `zone` is an IANA name; an unknown one counts as UTC.
    pub fn new(now: DateTime<Utc>, zone: &str, locale: Locale) -> Self {
        Self { now, zone: zone.parse().unwrap_or(Tz::UTC), locale }
    }

    /// “4 min ago” under a day, then “Yesterday”, “18 Nov”, and “12 Dec 2025” in another year.
    pub fn ago(&self, then: impl Borrow<DateTime<Utc>>) -> Ago {
        Ago { then: *then.borrow(), calendar: *self }
    }

    /// “18 Nov, 10:42”, and “12 Dec 2025, 10:42” in another year.
    pub fn moment(&self, at: impl Borrow<DateTime<Utc>>) -> Moment {
        Moment { at: *at.borrow(), calendar: *self }
    }

    /// When a day begins here, UTC.
    pub fn start_of(&self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.and_time(NaiveTime::MIN);
        // A day that begins with a skipped hour begins when clocks have been put forward.
        let first = (0..4).find_map(|hour| {
            let at = midnight + TimeDelta::hours(hour);
            at.and_local_timezone(self.zone).earliest()
        });
        first.map_or_else(|| midnight.and_utc(), |at| at.to_utc())
    }

    /// What a clock on the wall shows.
    pub fn local_time(&self, at: impl Borrow<DateTime<Utc>>) -> NaiveDateTime {
        at.borrow().with_timezone(&self.zone).naive_local()
    }

    /// When a clock on the wall shows this; the earlier one, where clocks were put back and it shows it
    /// twice, and none, where they were put forward and it never does.
    pub fn instant(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        local.and_local_timezone(self.zone).earliest().map(|at| at.to_utc())
    }

    /// The day on which something was or will be.
    pub fn day(&self, at: impl Borrow<DateTime<Utc>>) -> Day {
        self.date(self.local(at.borrow()))
    }

    /// A day that is the same everywhere, such as one that somebody typed.
    pub fn date(&self, day: impl Borrow<NaiveDate>) -> Day {
        Day { day: *day.borrow(), locale: self.locale }
    }

    /// Which day it is.
    pub fn today(&self) -> NaiveDate {
        self.local(&self.now)
    }

    /// “today”, “in 3 weeks”, “2 days ago”: how far away a day is.
    pub fn away(&self, day: impl Borrow<NaiveDate>) -> Away {
        Away((*day.borrow() - self.today()).num_days())
    }

    /// Whether a day is over.
    pub fn is_past(&self, day: impl Borrow<NaiveDate>) -> bool {
        *day.borrow() < self.today()
    }

    /// “Good morning” before noon, “Good afternoon” before six, then “Good evening”.
    pub fn greeting(&self) -> &'static str {
        match self.now.with_timezone(&self.zone).hour() {
            4..12 => "Good morning",
            12..18 => "Good afternoon",
            _ => "Good evening",
        }
    }

    fn local(&self, at: &DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }
}

/// A day and the time on it.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    at: DateTime<Utc>,
    calendar: Calendar,
}

impl Moment {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        let at = self.at.with_timezone(&self.calendar.zone);
        let day = at.date_naive();
        match day.year() == self.calendar.today().year() {
            true => self.calendar.locale.write_short(day, to)?,
            false => self.calendar.locale.write(day, to)?,
        }
        write!(to, ", {:02}:{:02}", at.hour(), at.minute())
    }
}
component!(Moment);

/// How far away a day is, in words.
#[derive(Debug, Clone, Copy)]
pub struct Away(i64);

impl Away {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        let (many, unit) = match self.0.unsigned_abs() {
            0 => return to.write_str("today"),
            many @ 1..=13 => (many, "day"),
            many @ 14..=60 => (many / 7, "week"),
            many @ 61..=729 => (many / 30, "month"),
            many => (many / 365, "year"),
        };
        let s = if many == 1 { "" } else { "s" };
        match self.0 {
            ..0 => write!(to, "{many} {unit}{s} ago"),
            _ => write!(to, "in {many} {unit}{s}"),
        }
    }
}
component!(Away);

/// How long ago something was.
#[derive(Debug, Clone, Copy)]
pub struct Ago {
    then: DateTime<Utc>,
    calendar: Calendar,
}

impl Ago {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        match (self.calendar.now - self.then).num_minutes() {
            // A clock that is a little ahead is no reason to speak of the future.
            -1..=0 => return to.write_str("Just now"),
            minutes @ 1..60 => return write!(to, "{minutes} min ago"),
            60..120 => return to.write_str("1 hour ago"),
            minutes @ 120..1440 => return write!(to, "{} hours ago", minutes / 60),
            _ => {}
        }
        let (day, today) = (self.calendar.local(&self.then), self.calendar.today());
        if day.succ_opt() == Some(today) {
            to.write_str("Yesterday")
        } else if day.year() == today.year() {
            self.calendar.locale.write_short(day, to)
        } else {
            self.calendar.locale.write(day, to)
        }
    }
}
component!(Ago);

/// A day.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    day: NaiveDate,
    locale: Locale,
}

/// “12 Dec 2026”: for whoever's way of writing is unknown.
pub fn date(day: impl Borrow<NaiveDate>) -> Day {
    Day { day: *day.borrow(), locale: Locale::default() }
}

impl Day {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        self.locale.write(self.day, to)
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
