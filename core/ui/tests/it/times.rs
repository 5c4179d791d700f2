//! Times and numbers as people read them.

use chrono::{DateTime, NaiveDate, Utc};
use core_ui::{Calendar, Locale, commas, date};

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
        let calendar = Calendar::new(now, "UTC", Locale::British);
        assert_eq!(calendar.ago(at(then)).to_string(), said, "{then}");
    }
}

#[test]
fn days_begin_where_the_reader_is() {
    let (now, late) = (at("2026-11-20T10:00:00Z"), at("2026-11-18T23:30:00Z"));
    let said = |zone| {
        let calendar = Calendar::new(now, zone, Locale::British);
        (calendar.ago(late).to_string(), calendar.day(late).to_string())
    };
    assert_eq!(said("UTC"), ("18 Nov".into(), "18 Nov 2026".into()));
    assert_eq!(said("Europe/Berlin"), ("Yesterday".into(), "19 Nov 2026".into()));
    assert_eq!(said("Mars/Olympus"), said("UTC"));
    let tokyo = Calendar::new(at("2026-11-20T20:00:00Z"), "Asia/Tokyo", Locale::British);
    assert_eq!(tokyo.today().to_string(), "2026-11-21");
}

#[test]
fn days_are_written_as_the_reader_writes_them() {
    let (now, then) = (at("2026-11-20T10:00:00Z"), at("2026-03-05T10:00:00Z"));
    let old = at("2025-12-31T10:00:00Z");
    for (tag, short, long) in [
        ("en-GB", "5 Mar", "31 Dec 2025"),
        ("en-US", "Mar 5", "Dec 31, 2025"),
        ("en-CA", "2026-03-05", "2025-12-31"),
    ] {
        let calendar = Calendar::new(now, "UTC", Locale::of(tag).expect("a locale"));
        assert_eq!(calendar.ago(then).to_string(), short);
        assert_eq!(calendar.ago(old).to_string(), long);
    }
    for locale in Locale::ALL {
        let calendar = Calendar::new(now, "UTC", locale);
        let day = NaiveDate::from_ymd_opt(2026, 12, 31).expect("a day");
        assert!(locale.label().starts_with(&calendar.date(day).to_string()), "{locale:?}");
    }
    assert_eq!(Locale::of("de-DE"), None);
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

#[test]
fn how_far_away_a_day_is_is_told_in_words() {
    let calendar = Calendar::new(at("2026-11-21T12:00:00Z"), "UTC", Locale::British);
    for (day, said, is_past) in [
        ("2026-11-21", "today", false),
        ("2026-11-22", "in 1 day", false),
        ("2026-12-12", "in 3 weeks", false),
        ("2027-03-01", "in 3 months", false),
        ("2029-03-01", "in 2 years", false),
        ("2026-11-18", "3 days ago", true),
    ] {
        let day: NaiveDate = day.parse().expect("a day");
        assert_eq!(calendar.away(day).to_string(), said, "{day}");
        assert_eq!(calendar.is_past(day), is_past, "{day}");
    }
}

#[test]
fn people_are_greeted_by_the_hour_where_they_are() {
    for (zone, said) in [
        ("UTC", "Good morning"),
        ("Asia/Kolkata", "Good afternoon"),
        ("Asia/Tokyo", "Good evening"),
        ("America/Los_Angeles", "Good evening"),
    ] {
        let calendar = Calendar::new(at("2026-11-21T10:00:00Z"), zone, Locale::British);
        assert_eq!(calendar.greeting(), said, "{zone}");
    }
}
