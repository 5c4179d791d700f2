//! An amount of money, kept in minor units such as cents.

use std::borrow::Cow;

use core_ui::{Calendar, Currency};
use sea_orm::Value;
use serde_json::{Value as Json, json};

use crate::{Control, Kind, Stored, Wrong, stored::whole};

/// Amounts of one currency.
pub(crate) struct Money {
    pub(crate) currency: Currency,
}

impl Kind for Money {
    fn fits(&self, column: Stored) -> bool {
        column == Stored::Big
    }

    fn text<'v>(&self, value: &'v Value, _: &Calendar) -> Cow<'v, str> {
        self.currency.typed(whole(value).unwrap_or_default()).into()
    }

    fn read(&self, text: &str, _: &Calendar) -> Result<Value, Wrong> {
        let example = self.currency.typed(123_450);
        let minor = self.currency.read(text);
        Ok(minor.ok_or_else(|| format!("Enter an amount like {example}."))?.into())
    }

    fn words<'v>(&self, value: &'v Value, _: &Calendar) -> Cow<'v, str> {
        core_ui::money(whole(value).unwrap_or_default(), self.currency).to_string().into()
    }

    fn json(&self, value: &Value) -> Json {
        json!({ "minor": whole(value), "currency": self.currency.code() })
    }

    fn read_json(&self, json: &Json) -> Result<Value, Wrong> {
        if json["currency"] != self.currency.code() {
            return Err(format!("Send an amount of {}.", self.currency.code()).into());
        }
        Ok(json["minor"].as_i64().ok_or("Send minor units as a whole number.")?.into())
    }

    fn sample(&self, number: u32) -> String {
        self.currency.typed(1000 + i64::from(number))
    }

    fn control(&self) -> Control<'_> {
        Control::Line { input: "text", max: 30 }
    }
}
