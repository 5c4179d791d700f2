//! How much of something is used, of how much there may be.

use askama::{Template, filters::HtmlSafe};

use crate as ui;

/// A name, a number of a number, and a bar.
#[derive(Debug, Clone, Template)]
#[template(path = "meter.html")]
pub struct Meter<'a> {
    label: &'a str,
    used: u64,
    limit: Option<u64>,
}

/// So many used of at most so many; no limit: there is no bar.
pub fn meter<'a>(label: &'a str, used: &u64, limit: &Option<u64>) -> Meter<'a> {
    Meter { label, used: *used, limit: *limit }
}

/// What a workspace has of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageLine {
    /// So many of at most so many: label, used, limit.
    Counted(&'static str, u64, Option<u64>),
    /// It has it or not.
    Feature(&'static str, bool),
}

/// What is used of several things, each in a line of its own.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "usage.html")]
pub struct UsageList<'a> {
    lines: &'a [UsageLine],
}

/// The lines of a panel's body.
pub fn usage_list(lines: &[UsageLine]) -> UsageList<'_> {
    UsageList { lines }
}

impl HtmlSafe for UsageList<'_> {}

impl HtmlSafe for Meter<'_> {}

impl Meter<'_> {
    /// A bar is full at the limit, however far beyond it the number is.
    fn shown(&self, limit: &u64) -> u64 {
        self.used.min(*limit).max(u64::from(*limit == 0))
    }

    fn of(&self, limit: &u64) -> u64 {
        (*limit).max(1)
    }

    fn tone(&self, limit: &u64) -> &'static str {
        if self.used >= *limit { " progress-warning" } else { "" }
    }
}
