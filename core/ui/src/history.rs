//! What happened to something: who changed which field from what to what.

use askama::{Template, filters::HtmlSafe};
use chrono::{DateTime, Utc};

use crate::Calendar;

/// One field before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The column, for whoever knows more of it.
    pub column: String,
    /// What people call the field.
    pub label: String,
    /// Empty: nothing.
    pub before: String,
    /// Empty: nothing.
    pub after: String,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// Its number in the audit trail.
    pub seq: i64,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// The name of who did it.
    pub who: String,
    /// Whether that is a person, with a picture.
    pub is_person: bool,
    /// On whose behalf, where it was not themselves.
    pub for_whom: Option<String>,
    /// "Changed project".
    pub what: String,
    /// Which one.
    pub title: String,
    /// Field by field.
    pub changes: Vec<FieldChange>,
    /// Where from; empty: not from outside.
    pub address: String,
}

/// The fields that changed, one under the other.
#[derive(Debug, Clone, Template)]
#[template(path = "field_changes.html")]
pub struct FieldChanges<'a> {
    changes: &'a [FieldChange],
}

impl HtmlSafe for FieldChanges<'_> {}

/// The fields that changed, one under the other.
pub fn field_changes(changes: &[FieldChange]) -> FieldChanges<'_> {
    FieldChanges { changes }
}

/// What happened to one thing, newest first, inside a panel.
#[derive(Debug, Clone, Template)]
#[template(path = "history.html")]
pub struct History<'a> {
    lines: &'a [HistoryLine],
    calendar: Calendar,
    then: &'a str,
}

impl HtmlSafe for History<'_> {}

/// What happened to one thing, newest first, inside a panel.
pub fn history(lines: &[HistoryLine], calendar: impl std::borrow::Borrow<Calendar>) -> History<'_> {
    History { lines, calendar: *calendar.borrow(), then: "" }
}

impl<'a> History<'a> {
    /// Where the thing is shown as a line left it, with the line's number behind it; empty: nowhere.
    #[must_use]
    pub fn then(self, then: &'a str) -> Self {
        Self { then, ..self }
    }
}
