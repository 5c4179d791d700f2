//! What a check found: a name to look it up by, what is wrong, and what to do about it.

use std::fmt;

/// One thing that is wrong or weaker than it could be.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// Stays the same for ever: `settings.https`.
    pub id: &'static str,
    /// What is wrong.
    pub text: String,
    /// What to do.
    pub hint: String,
}

impl Finding {
    /// Both sentences without a full stop at their end.
    pub fn new(id: &'static str, text: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { id, text: text.into(), hint: hint.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.id, self.text, self.hint)
    }
}
