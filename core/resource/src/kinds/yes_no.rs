//! Yes or no.

use std::borrow::Cow;

use core_ui::Calendar;
use sea_orm::Value;
use serde_json::Value as Json;

use crate::{Control, Kind, Stored, Wrong};

/// A box with a tick, or without.
pub(crate) struct YesNo;

fn is_yes(value: &Value) -> bool {
    matches!(value, Value::Bool(Some(true)))
}

impl Kind for YesNo {
    fn fits(&self, column: Stored) -> bool {
        column == Stored::Bool
    }

    fn text<'v>(&self, value: &'v Value, _: &Calendar) -> Cow<'v, str> {
        if is_yes(value) { "true" } else { "false" }.into()
    }

    fn read(&self, text: &str, _: &Calendar) -> Result<Value, Wrong> {
        match text.trim().to_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Ok(true.into()),
            "false" | "no" | "off" | "0" => Ok(false.into()),
            _ => Err("Enter yes or no.".into()),
        }
    }

    fn words<'v>(&self, value: &'v Value, _: &Calendar) -> Cow<'v, str> {
        if is_yes(value) { "Yes" } else { "No" }.into()
    }

    fn json(&self, value: &Value) -> Json {
        is_yes(value).into()
    }

    fn read_json(&self, json: &Json) -> Result<Value, Wrong> {
        Ok(json.as_bool().ok_or("Send true or false.")?.into())
    }

    fn control(&self) -> Control<'_> {
        Control::Check
    }
}
