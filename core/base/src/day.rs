//! Days of the calendar: how far apart two are, and which comes so many days or months later.

use chrono::{Days, Months, NaiveDate};

/// How many days lie between two days; below zero where the second comes first.
pub fn days_between(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days()
}

/// The day so many days later, or earlier; the last or first day there is where that is out of reach.
pub fn plus_days(day: NaiveDate, days: i64) -> NaiveDate {
    let many = Days::new(days.unsigned_abs());
    match days {
        ..0 => day.checked_sub_days(many).unwrap_or(NaiveDate::MIN),
        _ => day.checked_add_days(many).unwrap_or(NaiveDate::MAX),
    }
}

/// The same day so many months later, or earlier: the last day of a month that is too short for it.
pub fn plus_months(day: NaiveDate, months: i32) -> NaiveDate {
    let many = Months::new(months.unsigned_abs());
    match months {
        ..0 => day.checked_sub_months(many).unwrap_or(NaiveDate::MIN),
        _ => day.checked_add_months(many).unwrap_or(NaiveDate::MAX),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use chrono::NaiveDate;

    use super::{days_between, plus_days, plus_months};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_counted_over_months_and_years() {
        assert_eq!(days_between(day("2026-12-30"), day("2027-01-02")), 3);
        assert_eq!(days_between(day("2027-01-02"), day("2026-12-30")), -3);
        assert_eq!(plus_days(day("2026-12-30"), 3), day("2027-01-02"));
        assert_eq!(plus_days(day("2027-01-02"), -3), day("2026-12-30"));
        assert_eq!(plus_days(day("2026-12-30"), i64::MAX), NaiveDate::MAX);
        assert_eq!(plus_days(day("2026-12-30"), i64::MIN), NaiveDate::MIN);
    }

    #[test]
    fn a_month_later_is_never_in_the_month_after() {
        assert_eq!(plus_months(day("2027-01-31"), 1), day("2027-02-28"));
        assert_eq!(plus_months(day("2028-01-31"), 1), day("2028-02-29"));
        assert_eq!(plus_months(day("2027-03-31"), -1), day("2027-02-28"));
        assert_eq!(plus_months(day("2027-03-31"), 12), day("2028-03-31"));
        assert_eq!(plus_months(day("2027-03-31"), i32::MAX), NaiveDate::MAX);
    }
}
