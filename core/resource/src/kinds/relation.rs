//! A row of another table. What people read of it comes with the query, beside the id.

use std::borrow::Cow;

use core_ui::Calendar;
use sea_orm::Value;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{Control, Kind, Stored, Wrong};

/// The id of a row of another table.
pub(crate) struct Relation;

fn read(text: &str) -> Result<Value, Wrong> {
    let id: Uuid = text.trim().parse().map_err(|_| "Choose one of the list.")?;
    Ok(id.into())
}

impl Kind for Relation {
    fn fits(&self, column: Stored) -> bool {
        column == Stored::Uuid
    }

    fn text<'v>(&self, value: &'v Value, _: &Calendar) -> Cow<'v, str> {
        match value {
            Value::Uuid(Some(id)) => id.to_string().into(),
            _ => "".into(),
        }
    }

    fn read(&self, text: &str, _: &Calendar) -> Result<Value, Wrong> {
        read(text)
    }

    fn json(&self, value: &Value) -> Json {
        match value {
            Value::Uuid(Some(id)) => id.to_string().into(),
            _ => Json::Null,
        }
    }

    fn read_json(&self, json: &Json) -> Result<Value, Wrong> {
        read(json.as_str().ok_or("Send an id.")?)
    }

    fn control(&self) -> Control<'_> {
        Control::Choice(Cow::Borrowed(&[]))
    }
}
