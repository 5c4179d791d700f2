//! Times and numbers as people read them.

use chrono::{DateTime, NaiveDate, Utc};
use core_ui::{ago, commas, date};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

#[test]
fn times_are_told_from_now() {
    let now = at("2026-11-20T10:00:00Z");
    for (then, said) in [
        ("2026-11-20T10:00:40Z", "Just now"),
        ("2026-11-20T09:59:30Z", "Just now"),
        ("2026-11-20T09:56:00Z", "4 min ago"),
        ("2026-11-20T09:00:30Z", "59 min ago"),
        ("2026-11-20T09:00:00Z", "1 hour ago"),
        ("2026-11-20T08:00:00Z", "2 hours ago"),
        ("2026-11-19T10:00:01Z", "23 hours ago"),
        ("2026-11-19T10:00:00Z", "Yesterday"),
        ("2026-11-19T00:00:00Z", "Yesterday"),
        ("2026-11-18T23:59:59Z", "18 Nov"),
        ("2026-01-01T00:00:00Z", "1 Jan"),
        ("2025-12-31T23:59:59Z", "31 Dec 2025"),
        ("2026-12-01T00:00:00Z", "1 Dec"),
    ] {
        assert_eq!(ago(at(then), now).to_string(), said, "{then}");
    }
}

#[test]
fn days_and_numbers_are_written_out() {
    let day = NaiveDate::from_ymd_opt(2026, 12, 2).expect("a day");
    assert_eq!(date(day).to_string(), "2 Dec 2026");
    for (number, said) in [
        (0, "0"),
        (999, "999"),
        (1000, "1,000"),
        (84_210, "84,210"),
        (1_000_007, "1,000,007"),
        (u64::MAX, "18,446,744,073,709,551,615"),
    ] {
        assert_eq!(commas(number).to_string(), said);
    }
}
