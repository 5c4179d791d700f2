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
