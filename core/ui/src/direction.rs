//! The direction of reading of what people typed, kept apart from the sentence around it.

use std::{
    borrow::Cow,
    fmt::{self, Write},
};

use crate::fragment::{component, escape};

/// Somebody's text inside a sentence or a row of ours.
#[derive(Debug, Clone, Copy)]
pub struct Bdi<'a>(&'a str);

/// Writes somebody's text so that letters read from right to left turn nothing around it.
pub fn bdi(text: &str) -> Bdi<'_> {
    Bdi(text)
}

impl Bdi<'_> {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        to.write_str("<bdi>")?;
        escape(to, self.0)?;
        to.write_str("</bdi>")
    }
}
component!(Bdi<'_>);

/// Text for a plain sentence, such as a toast or the subject of an email: if it is read from right to
/// left, it stands between Unicode's isolates; any other text is returned as it is.
pub fn isolated(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_right_to_left) {
        Cow::Owned(format!("\u{2068}{text}\u{2069}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Hebrew, Arabic, Syriac, Thaana, N'Ko and their like, with the forms of presentation.
fn is_right_to_left(c: char) -> bool {
    matches!(
        c,
        '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefe}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests {
    use super::{bdi, isolated};

    #[test]
    fn only_what_is_read_from_right_to_left_is_isolated_in_plain_text() {
        assert_eq!(isolated("Søn & Co"), "Søn & Co");
        assert_eq!(isolated("\u{5e9}\u{5dc}"), "\u{2068}\u{5e9}\u{5dc}\u{2069}");
        assert_eq!(bdi("<b>").to_string(), "<bdi>&#60;b&#62;</bdi>");
    }
}
