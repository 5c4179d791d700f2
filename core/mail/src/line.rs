//! Words of an email: ours as they are, and what people typed made harmless.

use std::fmt::Write;

/// Longer names are cut.
const TYPED: usize = 120;

/// A line of an email, made of our own words and of what people typed.
#[derive(Clone, Debug, Default)]
pub struct Line(pub(crate) Vec<Part>);

#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) text: String,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Ours,
    Typed,
    Strong,
}

impl Line {
    /// Begins with words of ours.
    pub fn new(text: impl Into<String>) -> Self {
        Self::default().text(text)
    }

    /// Words of ours.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.with(text.into(), Kind::Ours)
    }

    /// What a person typed, such as a name: one line, not too long, nothing that becomes a link.
    #[must_use]
    pub fn typed(self, text: &str) -> Self {
        self.with(harmless(text), Kind::Typed)
    }

    /// Adds text that stands out.
    #[must_use]
    pub fn strong(self, text: &str) -> Self {
        self.with(harmless(text), Kind::Strong)
    }

    pub(crate) fn plain(&self) -> String {
        self.0.iter().fold(String::new(), |mut all, part| {
            all.push_str(&part.text);
            all
        })
    }

    fn with(mut self, text: String, kind: Kind) -> Self {
        self.0.push(Part { text, kind });
        self
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// One line without control characters and without those that change the direction of text, cut to
/// `most` characters.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    let visible = text.chars().filter(|c| !is_invisible(*c));
    let spaced: String =
        visible.map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c }).collect();
    let mut line = spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(most) {
        line.truncate(end);
        line.push('…');
    }
    line
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Mail programs make links of everything that looks like one, and a workspace called
/// `Prize at evil.example` would be a way to send people anywhere in our name. A joiner behind each
/// dot and colon stops that and cannot be seen. Addresses of mail stay whole, to be copied.
fn harmless(text: &str) -> String {
    let line = one_line(text, TYPED);
    if core_base::normalise_email(&line).is_some() {
        return line;
    }
    let mut safe = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        safe.push(c);
        let goes_on = chars.peek().is_some_and(|next| *next != ' ');
        if matches!(c, '.' | ':' | '@') && goes_on {
            safe.write_char('\u{200c}').expect("a String takes everything");
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{Line, one_line};

    #[test]
    fn what_people_typed_is_one_line_and_turns_nothing_around() {
        assert_eq!(one_line("Ada\r\nBcc: x@y.z", 80), "Ada Bcc: x@y.z");
        assert_eq!(one_line("\u{202e}gpj.exe\u{202c}  \0  a", 80), "gpj.exe a");
        assert_eq!(one_line("שלום عليكم", 80), "שלום عليكم");
        assert_eq!(one_line(&"ä".repeat(500), 20), format!("{}…", "ä".repeat(20)));
    }

    #[test]
    fn what_people_typed_becomes_no_link() {
        let line = Line::default().typed("Prize at https://www.evil.example/now");
        let said = line.plain();
        assert!(!said.contains("://") && !said.contains("evil.example"), "{said}");
        assert_eq!(Line::default().typed("Acme Inc.").plain(), "Acme Inc.");
        assert_eq!(Line::default().strong("ada@acme.example").plain(), "ada@acme.example");
    }
}
