//! A document.

use std::{
    borrow::Cow,
    fmt::{self, Write},
};

use core_ui::{Calendar, escape};
use sea_orm::Value;
use serde_json::Value as Json;

use crate::{Control, Kind, Stored, Wrong};

/// Bytes of a document as text.
const LONG: usize = 100_000;

/// Any JSON.
pub(crate) struct Document;

fn document(value: &Value) -> &Json {
    match value {
        Value::Json(Some(json)) => json,
        _ => &Json::Null,
    }
}

impl Kind for Document {
    fn fits(&self, column: Stored) -> bool {
        column == Stored::Json
    }

    fn text<'v>(&self, value: &'v Value, _: &Calendar) -> Cow<'v, str> {
        format!("{:#}", document(value)).into()
    }

    fn read(&self, text: &str, _: &Calendar) -> Result<Value, Wrong> {
        if text.len() > LONG {
            return Err(format!("Use at most {LONG} characters.").into());
        }
        let parsed: Result<Json, _> = serde_json::from_str(text);
        parsed.map(Value::from).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            format!("This is not JSON: look at line {line}, character {column}.").into()
        })
    }

    fn show(&self, value: &Value, _: &Calendar, to: &mut dyn Write) -> fmt::Result {
        to.write_str("<code class=\"line-clamp-2 break-all\">")?;
        escape(to, &document(value).to_string())?;
        to.write_str("</code>")
    }

    fn json(&self, value: &Value) -> Json {
        document(value).clone()
    }

    fn read_json(&self, json: &Json) -> Result<Value, Wrong> {
        Ok(json.clone().into())
    }

    fn sample(&self, number: u32) -> String {
        format!("{{\"number\": {number}}}")
    }

    fn control(&self) -> Control<'_> {
        Control::Lines { max: LONG }
    }
}
