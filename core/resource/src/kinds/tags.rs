//! Some words, in no order.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    fmt::{self, Write},
};

use core_base::text::one_line;
use core_ui::{Calendar, escape};
use sea_orm::Value;
use serde_json::Value as Json;

use crate::{Control, Kind, Stored, Wrong};

/// At most so many.
const MANY: usize = 20;
/// Characters of each.
const LONG: usize = 40;

/// Words, parted by commas where people type them.
pub(crate) struct Tags;

fn words(value: &Value) -> Vec<&str> {
    match value {
        Value::Json(Some(json)) => {
            json.as_array().into_iter().flatten().filter_map(Json::as_str).collect()
        }
        _ => vec![],
    }
}

fn check<'t>(words: impl Iterator<Item = &'t str>) -> Result<Value, Wrong> {
    let words: BTreeSet<String> = words
        .map(|word| one_line(word).trim().to_owned())
        .filter(|word| !word.is_empty())
        .collect();
    if words.len() > MANY || words.iter().any(|word| word.chars().count() > LONG) {
        return Err(format!("Use at most {MANY} words of at most {LONG} characters.").into());
    }
    Ok(Json::from_iter(words).into())
}

impl Kind for Tags {
    fn fits(&self, column: Stored) -> bool {
        column == Stored::Json
    }

    fn text<'v>(&self, value: &'v Value, _: &Calendar) -> Cow<'v, str> {
        words(value).join(", ").into()
    }

    fn read(&self, text: &str, _: &Calendar) -> Result<Value, Wrong> {
        check(text.split(','))
    }

    fn show(&self, value: &Value, _: &Calendar, to: &mut dyn Write) -> fmt::Result {
        to.write_str("<span class=\"flex flex-wrap gap-1.5\">")?;
        for word in words(value) {
            to.write_str("<span class=\"badge badge-soft\" dir=\"auto\">")?;
            escape(to, word)?;
            to.write_str("</span>")?;
        }
        to.write_str("</span>")
    }

    fn json(&self, value: &Value) -> Json {
        words(value).into()
    }

    fn read_json(&self, json: &Json) -> Result<Value, Wrong> {
        let all = json.as_array().ok_or("Send a list of texts.")?;
        if all.iter().any(|word| !word.is_string()) {
            return Err("Send a list of texts.".into());
        }
        check(all.iter().filter_map(Json::as_str))
    }

    fn control(&self) -> Control<'_> {
        Control::Line { input: "text", max: MANY * (LONG + 2) }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::Tags;
    use crate::Kind;

    #[test]
    fn words_are_trimmed_and_stand_once() {
        let value = Tags.read_json(&json!([" warp ", "core", "warp", ""])).unwrap();
        assert_eq!(Tags.json(&value), json!(["core", "warp"]));
        assert!(Tags.read_json(&json!([1])).is_err());
        assert!(Tags.read_json(&json!(["x".repeat(41)])).is_err());
        let many: Vec<_> = (0..21).map(|number| number.to_string()).collect();
        assert!(Tags.read_json(&json!(many)).is_err());
    }
}
