//! Months and years, which have not all one length.

use chrono::{DateTime, Datelike, Months, TimeDelta, Utc};
use serde_json::Value;

use crate::world::{number, text};

/// How often a price is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interval {
    Days(i64),
    Months(i64),
}

impl Interval {
    /// That of a recurring price.
    pub(crate) fn of(price: &Value) -> Self {
        let recurring = &price["recurring"];
        let count = number(recurring, "interval_count").max(1);
        match text(recurring, "interval") {
            "day" => Self::Days(count),
            "week" => Self::Days(7 * count),
            "year" => Self::Months(12 * count),
            _ => Self::Months(count),
        }
    }

    /// The end of the period that begins then. Days of the month follow the anchor: 31 January, 28
    /// February, 31 March.
    pub(crate) fn after(self, anchor: i64, start: i64) -> i64 {
        let end = match self {
            Self::Days(days) => start + days * DAY,
            Self::Months(months) => months_after(anchor, start, months),
        };
        // A period without an end would be renewed for ever.
        end.max(start + DAY)
    }
}

/// So many months later, on the anchor's day where the month has it.
pub(crate) fn months_after(anchor: i64, start: i64, months: i64) -> i64 {
    let (anchor, start) = (moment(anchor), moment(start));
    let later =
        u32::try_from(months).ok().and_then(|many| start.checked_add_months(Months::new(many)));
    let Some(later) = later else { return start.timestamp() };
    // The last day of a short month is no new anchor.
    let wanted = (later.day()..=anchor.day()).rev();
    let day = wanted.filter_map(|day| later.with_day(day)).find(|day| day.month() == later.month());
    day.unwrap_or(later).timestamp()
}

fn moment(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

/// A day as an invoice says it: `30 Nov 2026`.
pub(crate) fn day(seconds: i64) -> String {
    moment(seconds).format("%-d %b %Y").to_string()
}

/// The same with the time of day.
pub(crate) fn minute(seconds: i64) -> String {
    moment(seconds).format("%-d %b %Y, %H:%M UTC").to_string()
}

/// What is left of an amount from `now` on, rounded to whole minor units, half up.
pub(crate) fn rest(amount: i64, period: (i64, i64), now: i64) -> i64 {
    let (start, end) = period;
    let whole = i128::from((end - start).max(1));
    let left = i128::from((end - now).clamp(0, end - start));
    let twice = i128::from(amount) * left * 2 + whole;
    i64::try_from(twice.div_euclid(2 * whole)).unwrap_or_default()
}

/// So many parts of a whole of an amount, half up.
pub(crate) fn part_of(amount: i64, part: i64, whole: i64) -> i64 {
    let (amount, whole) = (i128::from(amount), i128::from(whole.max(1)));
    let twice = amount * i128::from(part) * 2 + whole;
    i64::try_from(twice.div_euclid(2 * whole)).unwrap_or_default()
}

/// A day, in seconds.
pub(crate) const DAY: i64 = TimeDelta::days(1).num_seconds();

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use serde_json::json;

    use super::{Interval, rest};

    fn at(text: &str) -> i64 {
        format!("{text}T09:30:00Z").parse::<DateTime<Utc>>().unwrap().timestamp()
    }

    #[test]
    fn months_end_on_the_day_they_began_where_there_is_one() {
        let month = Interval::of(&json!({ "recurring": { "interval": "month" } }));
        let anchor = at("2026-01-31");
        let mut start = anchor;
        for end in ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"] {
            start = month.after(anchor, start);
            assert_eq!(start, at(end));
        }
        let year = json!({ "recurring": { "interval": "year", "interval_count": 1 } });
        let leap = at("2028-02-29");
        let next = Interval::of(&year).after(leap, leap);
        assert_eq!(next, at("2029-02-28"));
    }

    #[test]
    fn what_is_left_is_a_whole_number() {
        assert_eq!(rest(1_000, (0, 300), 100), 667);
        assert_eq!(rest(1_000, (0, 300), 0), 1_000);
        assert_eq!(rest(1_000, (0, 300), 400), 0);
        assert_eq!(rest(-1_000, (0, 300), 100), -667);
    }
}
