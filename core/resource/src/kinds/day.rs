//! A day.

use std::{
    borrow::Cow,
    fmt::{self, Write},
};

use chrono::{Datelike, NaiveDate};
use core_ui::Calendar;
use sea_orm::Value;
use serde_json::Value as Json;

use crate::{Control, Kind, Stored, Wrong};

/// Days that somebody may mean: others are slips of the keyboard.
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// Days without a time.
pub(crate) struct Day;

fn day(value: &Value) -> NaiveDate {
    match value {
        Value::ChronoDate(Some(day)) => *day,
        _ => NaiveDate::default(),
    }
}

fn check(text: &str) -> Result<Value, Wrong> {
    let day: NaiveDate = text.trim().parse().map_err(|_| "Enter a date like 2026-12-31.")?;
    match YEARS.contains(&day.year()) {
        true => Ok(day.into()),
        false => Err("Choose a date between 1900 and 2199.".into()),
    }
}

impl Kind for Day {
    fn fits(&self, column: Stored) -> bool {
        column == Stored::Date
    }

    fn text<'v>(&self, value: &'v Value, _: &Calendar) -> Cow<'v, str> {
        day(value).to_string().into()
    }

    fn read(&self, text: &str, _: &Calendar) -> Result<Value, Wrong> {
        check(text)
    }

    fn show(&self, value: &Value, calendar: &Calendar, to: &mut dyn Write) -> fmt::Result {
        write!(to, "{}", calendar.date(day(value)))
    }

    fn words<'v>(&self, value: &'v Value, calendar: &Calendar) -> Cow<'v, str> {
        calendar.date(day(value)).to_string().into()
    }

    fn json(&self, value: &Value) -> Json {
        day(value).to_string().into()
    }

    fn read_json(&self, json: &Json) -> Result<Value, Wrong> {
        check(json.as_str().ok_or("Send a date like 2026-12-31.")?)
    }

    fn control(&self) -> Control<'_> {
        Control::Line { input: "date", max: 0 }
    }
}
