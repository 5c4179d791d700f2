//! The ways of writing that people choose from. The words are English in each.

use std::fmt::{self, Write};

use chrono::{Datelike, NaiveDate};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Where somebody's English is from, and with it the way of writing days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    /// “21 Nov 2026”.
    #[default]
    British,
    /// “Nov 21, 2026”.
    American,
    /// “2026-11-21”.
    Canadian,
}

impl Locale {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::British, Self::American, Self::Canadian];

    /// The BCP 47 tag, which is also what is stored.
    pub fn tag(self) -> &'static str {
        match self {
            Self::British => "en-GB",
            Self::American => "en-US",
            Self::Canadian => "en-CA",
        }
    }

    /// What people choose it by.
    pub fn label(self) -> &'static str {
        match self {
            Self::British => "31 Dec 2026 (UK)",
            Self::American => "Dec 31, 2026 (US)",
            Self::Canadian => "2026-12-31 (Canada)",
        }
    }

    /// The one with this tag.
    pub fn of(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.tag() == tag)
    }

    pub(crate) fn write(self, day: NaiveDate, to: &mut dyn Write) -> fmt::Result {
        let (number, month, year) = (day.day(), MONTHS[day.month0() as usize], day.year());
        match self {
            Self::British => write!(to, "{number} {month} {year}"),
            Self::American => write!(to, "{month} {number}, {year}"),
            Self::Canadian => write!(to, "{}", day.format("%F")),
        }
    }

    /// Of this year.
    pub(crate) fn write_short(self, day: NaiveDate, to: &mut dyn Write) -> fmt::Result {
        let (number, month) = (day.day(), MONTHS[day.month0() as usize]);
        match self {
            Self::British => write!(to, "{number} {month}"),
            Self::American => write!(to, "{month} {number}"),
            Self::Canadian => self.write(day, to),
        }
    }
}
