//! What differs between two states of a row, in people's words.

use core_ui::Calendar;

use crate::{Resource, Row, Stored, resource::Spec, stored::is_null};

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What people call the field.
    pub label: &'static str,
    /// What was there; empty: nothing.
    pub before: String,
    /// What is there.
    pub after: String,
}

impl Resource {
    /// The fields of the form in which two states of a row differ.
    pub fn changes(&self, before: &Row, after: &Row, calendar: &Calendar) -> Vec<Change> {
        let differs = |field: &&Spec| {
            field.parts.is_in_form && before.value(field.at) != after.value(field.at)
        };
        let change = |field: &Spec| Change {
            label: field.parts.label,
            before: self.words(before, field, calendar),
            after: self.words(after, field, calendar),
        };
        self.fields.iter().filter(differs).map(change).collect()
    }

    /// What the audit trail tells of a field with this label, as people read its values: an amount instead of
    /// cents, a day as they write it.
    pub(crate) fn told(&self, label: &str, text: &str, calendar: &Calendar) -> String {
        let field = self.fields.iter().find(|field| field.parts.label == label);
        let value = field.and_then(|field| match field.stored {
            Stored::Small | Stored::Int | Stored::Big => Some(text.parse::<i64>().ok()?.into()),
            Stored::Date => Some(text.parse::<chrono::NaiveDate>().ok()?.into()),
            Stored::Instant => Some(text.parse::<chrono::DateTime<chrono::Utc>>().ok()?.into()),
            _ => None,
        });
        match (field, value) {
            (Some(field), Some(value)) => field.parts.kind.words(&value, calendar).into_owned(),
            _ => text.to_owned(),
        }
    }

    /// What people read in a field of a row.
    pub(crate) fn words(&self, row: &Row, field: &Spec, calendar: &Calendar) -> String {
        let place = self.fields.iter().position(|known| std::ptr::eq(known, field));
        let label = place.and_then(|place| row.labels.get(place)).and_then(Option::as_ref);
        match (&field.parts.referred, row.value(field.at)) {
            (Some(_), _) => label.cloned().unwrap_or_else(|| field.parts.none.to_owned()),
            (None, Some(value)) if !is_null(value) => {
                field.parts.kind.words(value, calendar).into_owned()
            }
            _ => String::new(),
        }
    }
}
