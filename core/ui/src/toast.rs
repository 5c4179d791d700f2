//! A toast: what just happened, said once.

use std::fmt::Write;

use askama::{Template, filters::HtmlSafe};

use crate::Tone;

/// What just happened. It travels in a header to htmx, or over a redirect into the next page.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "toast.html")]
pub struct Toast {
    tone: Tone,
    title: String,
    text: String,
}

impl HtmlSafe for Toast {}

impl Toast {
    /// A toast of one line.
    pub fn new(tone: Tone, title: impl Into<String>) -> Self {
        Self { tone, title: title.into(), text: String::new() }
    }

    /// It worked.
    pub fn success(title: impl Into<String>) -> Self {
        Self::new(Tone::Success, title)
    }

    /// It failed. Error toasts stay until they are dismissed.
    pub fn error(title: impl Into<String>) -> Self {
        Self::new(Tone::Error, title)
    }

    /// A second line.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// The value of the `HX-Trigger` header: plain ASCII, since headers know nothing else.
    pub fn to_trigger(&self) -> String {
        let (mut title, mut text) = (String::new(), String::new());
        write_json(&mut title, &self.title);
        write_json(&mut text, &self.text);
        let tone = self.tone.name();
        format!(r#"{{"toast":{{"tone":"{tone}","title":"{title}","text":"{text}"}}}}"#)
    }

    /// One line that fits into a cookie, to survive a redirect.
    pub fn encode(&self) -> String {
        let fields = [("tone", self.tone.name()), ("title", &self.title), ("text", &self.text)];
        serde_urlencoded::to_string(fields).expect("pairs of strings can always be encoded")
    }

    /// Reads what [`Toast::encode`] wrote; anything else is no toast.
    pub fn decode(encoded: &str) -> Option<Self> {
        let fields: Vec<(String, String)> = serde_urlencoded::from_str(encoded).ok()?;
        let field = |name| Some(fields.iter().find(|(known, _)| known == name)?.1.clone());
        let tone = match field("tone")?.as_str() {
            "success" => Tone::Success,
            "warning" => Tone::Warning,
            "error" => Tone::Error,
            "info" => Tone::Info,
            _ => return None,
        };
        Some(Self { tone, title: field("title")?, text: field("text")? })
    }
}

fn write_json(to: &mut String, text: &str) {
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte @ (b'"' | b'\\')) => to.extend(['\\', char::from(byte)]),
            Ok(byte @ b' '..=b'~') => to.push(char::from(byte)),
            _ => write!(to, "\\u{unit:04x}").expect("a String takes everything"),
        }
    }
}
