//! A whole number.

use std::{borrow::Cow, ops::RangeInclusive};

use core_ui::Calendar;
use sea_orm::Value;
use serde_json::Value as Json;

use crate::{Control, Kind, Stored, Wrong, stored::whole};

/// Whole numbers of this range.
pub(crate) struct Whole {
    pub(crate) range: RangeInclusive<i64>,
}

impl Whole {
    fn check(&self, number: i64) -> Result<Value, Wrong> {
        match self.range.contains(&number) {
            true => Ok(number.into()),
            false => {
                let (least, most) = (self.range.start(), self.range.end());
                Err(format!("Enter a number from {least} to {most}.").into())
            }
        }
    }
}

impl Kind for Whole {
    fn fits(&self, column: Stored) -> bool {
        match column {
            Stored::Small => i16::try_from(*self.range.end()).is_ok(),
            Stored::Int => i32::try_from(*self.range.end()).is_ok(),
            Stored::Big => true,
            _ => false,
        }
    }

    fn text<'v>(&self, value: &'v Value, _: &Calendar) -> Cow<'v, str> {
        whole(value).unwrap_or_default().to_string().into()
    }

    fn read(&self, text: &str, _: &Calendar) -> Result<Value, Wrong> {
        let digits = text.trim().replace(',', "");
        self.check(digits.parse().map_err(|_| "Enter a whole number, like 12.")?)
    }

    fn json(&self, value: &Value) -> Json {
        whole(value).into()
    }

    fn read_json(&self, json: &Json) -> Result<Value, Wrong> {
        self.check(json.as_i64().ok_or("Send a whole number.")?)
    }

    fn sample(&self, number: u32) -> String {
        let most = self.range.end().saturating_sub(*self.range.start());
        (self.range.start() + i64::from(number).min(most)).to_string()
    }

    fn control(&self) -> Control<'_> {
        Control::Line { input: "number", max: 0 }
    }
}
