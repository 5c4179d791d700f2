//! A point in time, typed and read in the person's own zone.

use std::{
    borrow::Cow,
    fmt::{self, Write},
};

use chrono::{DateTime, Datelike, NaiveDateTime, SecondsFormat, Utc};
use core_ui::Calendar;
use sea_orm::Value;
use serde_json::Value as Json;

use super::day::YEARS;
use crate::{Control, Kind, Stored, Wrong};

/// Points in time, to the minute where people type them.
pub(crate) struct Moment {
    /// Lists say how long ago it was.
    pub(crate) is_ago: bool,
}

const FORM: &str = "%Y-%m-%dT%H:%M";

fn at(value: &Value) -> DateTime<Utc> {
    match value {
        Value::ChronoDateTimeUtc(Some(at)) => *at,
        _ => DateTime::default(),
    }
}

fn near(at: DateTime<Utc>) -> Result<Value, Wrong> {
    match YEARS.contains(&at.year()) {
        true => Ok(at.into()),
        false => Err("Choose a date between 1900 and 2199.".into()),
    }
}

impl Kind for Moment {
    fn fits(&self, column: Stored) -> bool {
        column == Stored::Instant
    }

    fn text<'v>(&self, value: &'v Value, calendar: &Calendar) -> Cow<'v, str> {
        calendar.local_time(at(value)).format(FORM).to_string().into()
    }

    fn read(&self, text: &str, calendar: &Calendar) -> Result<Value, Wrong> {
        let text = text.trim().replace(' ', "T");
        let local = NaiveDateTime::parse_from_str(&text, FORM)
            .or_else(|_| NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S"))
            .map_err(|_| "Enter a date and a time like 2026-12-31 14:30.")?;
        let at = calendar.instant(local);
        near(at.ok_or("Clocks were put forward then: there is no such time. Choose another.")?)
    }

    fn show(&self, value: &Value, calendar: &Calendar, to: &mut dyn Write) -> fmt::Result {
        match self.is_ago {
            true => write!(to, "{}", calendar.ago(at(value))),
            false => write!(to, "{}", calendar.moment(at(value))),
        }
    }

    fn words<'v>(&self, value: &'v Value, calendar: &Calendar) -> Cow<'v, str> {
        match self.is_ago {
            true => calendar.ago(at(value)).to_string().into(),
            false => calendar.moment(at(value)).to_string().into(),
        }
    }

    fn json(&self, value: &Value) -> Json {
        at(value).to_rfc3339_opts(SecondsFormat::AutoSi, true).into()
    }

    fn read_json(&self, json: &Json) -> Result<Value, Wrong> {
        let example = "Send a time like 2026-12-31T14:30:00Z.";
        let at = DateTime::parse_from_rfc3339(json.as_str().ok_or(example)?);
        near(at.map_err(|_| example)?.to_utc())
    }

    fn control(&self) -> Control<'_> {
        Control::Line { input: "datetime-local", max: 0 }
    }
}
