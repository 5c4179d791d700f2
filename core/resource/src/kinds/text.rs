//! Text: a line, several lines, an email address, a web address, a colour.

use std::{
    borrow::Cow,
    fmt::{self, Write},
};

use core_base::text::{many_lines, one_line};
use core_db::name_order;
use core_ui::{Calendar, escape};
use sea_orm::{Value, sea_query::Expr};
use serde_json::Value as Json;

use crate::{Control, Kind, Stored, Wrong};

/// What a text must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Line,
    Lines,
    Email,
    Url,
    Colour,
}

/// A text of at most so many characters.
pub(crate) struct Text {
    pub(crate) max: usize,
    pub(crate) shape: Shape,
}

impl Text {
    fn check(&self, typed: &str) -> Result<Value, Wrong> {
        let text = match self.shape {
            Shape::Lines => many_lines(typed.trim()).replace("\r\n", "\n"),
            _ => one_line(typed).trim().to_owned(),
        };
        if text.chars().count() > self.max {
            return Err(format!("Use at most {} characters.", self.max).into());
        }
        let text = match self.shape {
            Shape::Line | Shape::Lines => text,
            Shape::Email => core_base::normalise_email(&text)
                .ok_or("Enter an email address like maya@example.com.")?,
            Shape::Url => match is_web_address(&text) {
                true => text,
                false => return Err("Enter an address like https://example.com.".into()),
            },
            Shape::Colour => match is_colour(&text) {
                true => text.to_ascii_lowercase(),
                false => return Err("Enter a colour like #2f6f4f.".into()),
            },
        };
        Ok(text.into())
    }
}

/// Only what a browser opens as a page: a script would run on ours.
fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && !text.contains(char::is_whitespace)
}

fn is_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

fn text(value: &Value) -> &str {
    match value {
        Value::String(Some(text)) => text,
        _ => "",
    }
}

impl Kind for Text {
    fn fits(&self, column: Stored) -> bool {
        column == Stored::Text
    }

    fn text<'v>(&self, value: &'v Value, _: &Calendar) -> Cow<'v, str> {
        text(value).into()
    }

    fn read(&self, text: &str, _: &Calendar) -> Result<Value, Wrong> {
        self.check(text)
    }

    fn show(&self, value: &Value, _: &Calendar, to: &mut dyn Write) -> fmt::Result {
        let text = text(value);
        match self.shape {
            Shape::Email | Shape::Url => {
                let scheme = if self.shape == Shape::Email { "mailto:" } else { "" };
                to.write_str("<a class=\"link wrap-anywhere\" href=\"")?;
                to.write_str(scheme)?;
                escape(to, text)?;
                to.write_str("\">")?;
                escape(to, text)?;
                to.write_str("</a>")
            }
            Shape::Colour => {
                to.write_str("<span class=\"font-mono\">")?;
                escape(to, text)?;
                to.write_str("</span>")
            }
            Shape::Line | Shape::Lines => {
                to.write_str("<span class=\"wrap-anywhere\" dir=\"auto\">")?;
                escape(to, text)?;
                to.write_str("</span>")
            }
        }
    }

    fn json(&self, value: &Value) -> Json {
        text(value).into()
    }

    fn read_json(&self, json: &Json) -> Result<Value, Wrong> {
        self.check(json.as_str().ok_or("Send a text.")?)
    }

    fn control(&self) -> Control<'_> {
        let max = self.max;
        match self.shape {
            Shape::Line => Control::Line { input: "text", max },
            Shape::Lines => Control::Lines { max },
            Shape::Email => Control::Line { input: "email", max },
            Shape::Url => Control::Line { input: "url", max },
            Shape::Colour => Control::Line { input: "color", max: 0 },
        }
    }

    fn order(&self, column: Expr) -> Vec<Expr> {
        name_order(column).into()
    }
}

#[cfg(test)]
mod tests {
    use super::{Shape, Text};

    fn takes(shape: Shape, text: &str) -> bool {
        Text { max: 40, shape }.check(text).is_ok()
    }

    #[test]
    fn each_shape_takes_what_it_is() {
        assert!(takes(Shape::Line, " Falcon "));
        assert!(takes(Shape::Lines, "a\nb"));
        assert!(!takes(Shape::Line, &"ü".repeat(41)) && takes(Shape::Line, &"ü".repeat(40)));
        assert!(takes(Shape::Email, "Maya@Example.com") && !takes(Shape::Email, "maya"));
        assert!(takes(Shape::Url, "https://example.com/a?b=c"));
        for bad in ["javascript:alert(1)", "//example.com", "https://", "https:///x", "http://a b"]
        {
            assert!(!takes(Shape::Url, bad), "{bad}");
        }
        assert!(takes(Shape::Colour, "#2F6f4f") && !takes(Shape::Colour, "#2f6f4"));
    }
}
