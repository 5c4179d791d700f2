//! What differs between two states of a row, in people's words.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use core_ui::{Calendar, FieldChange};
use sea_orm::Value;

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
            before: self.words(before, field, calendar).into_owned(),
            after: self.words(after, field, calendar).into_owned(),
        };
        self.fields.iter().filter(differs).map(change).collect()
    }

    /// What the audit trail tells of a column, as people read the field: its name, an amount instead of
    /// cents, a day as they write it.
    pub(crate) fn retell(&self, told: &mut FieldChange, calendar: &Calendar) {
        let of_column = |field: &&Spec| self.columns[field.at].name == told.column;
        let Some(field) = self.fields.iter().find(of_column) else { return };
        field.parts.label.clone_into(&mut told.label);
        for text in [&mut told.before, &mut told.after] {
            let value: Option<Value> = match field.stored {
                Stored::Small | Stored::Int | Stored::Big => {
                    text.parse::<i64>().ok().map(Into::into)
                }
                Stored::Date => text.parse::<NaiveDate>().ok().map(Into::into),
                Stored::Instant => text.parse::<DateTime<Utc>>().ok().map(Into::into),
                // A choice by its label, where the trail has its word.
                Stored::Text if !text.is_empty() => Some(text.clone().into()),
                Stored::Json => {
                    serde_json::from_str::<serde_json::Value>(text).ok().map(Into::into)
                }
                _ => None,
            };
            if let Some(value) = value {
                *text = field.parts.kind.words(&value, calendar).into_owned();
            }
        }
    }

    /// Is this column of a field that somebody may not see?
    pub(crate) fn is_hidden(&self, column: &str) -> bool {
        let mut fields = self.fields.iter();
        fields.any(|field| field.parts.is_hidden && self.columns[field.at].name == column)
    }

    /// What people read in a field of a row.
    pub(crate) fn words<'v>(
        &self,
        row: &'v Row,
        field: &Spec,
        calendar: &Calendar,
    ) -> Cow<'v, str> {
        let place = self.fields.iter().position(|known| std::ptr::eq(known, field));
        let label = place.and_then(|place| row.labels.get(place)).and_then(Option::as_ref);
        match (&field.parts.referred, row.value(field.at)) {
            (Some(_), _) => label.map_or(field.parts.none, String::as_str).into(),
            (None, Some(value)) if !is_null(value) => field.parts.kind.words(value, calendar),
            _ => "".into(),
        }
    }
}
