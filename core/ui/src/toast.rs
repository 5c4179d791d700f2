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
    /// What to do about it, and where; empty: nothing.
    link: [String; 2],
}

impl HtmlSafe for Toast {}

impl Toast {
    /// A toast of one line.
    pub fn new(tone: Tone, title: impl Into<String>) -> Self {
        Self { tone, title: title.into(), text: String::new(), link: Default::default() }
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

    /// A link to a page of the same site: “Undo”.
    #[must_use]
    pub fn link(mut self, label: &str, path: impl Into<String>) -> Self {
        self.link = [label.to_owned(), path.into()];
        self
    }

    /// The value of the `HX-Trigger` header: plain ASCII, since headers know nothing else.
    pub fn to_trigger(&self) -> String {
        let json = |text: &str| {
            let mut json = String::new();
            write_json(&mut json, text);
            json
        };
        let (tone, title, text) = (self.tone.name(), json(&self.title), json(&self.text));
        let link = match &self.link {
            [label, _] if label.is_empty() => String::new(),
            [label, path] => format!(r#","label":"{}","path":"{}""#, json(label), json(path)),
        };
        format!(r#"{{"toast":{{"tone":"{tone}","title":"{title}","text":"{text}"{link}}}}}"#)
    }

    /// One line that fits into a cookie, to survive a redirect.
    pub fn encode(&self) -> String {
        let [label, path] = &self.link;
        let mut fields =
            vec![("tone", self.tone.name()), ("title", &self.title), ("text", &self.text)];
        if !label.is_empty() {
            fields.extend([("label", &**label), ("path", path)]);
        }
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
        // Of this site alone, whoever wrote it.
        let is_here = |path: &String| path.starts_with('/') && !path.starts_with("//");
        let link = match (field("label"), field("path").filter(is_here)) {
            (Some(label), Some(path)) => [label, path],
            _ => Default::default(),
        };
        Some(Self { tone, title: field("title")?, text: field("text")?, link })
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
