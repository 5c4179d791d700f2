//! The answer to a form: what was typed, and what is wrong with it.

use std::borrow::Cow;

/// What is wrong with a form, collected while it is checked.
#[derive(Debug, Default, Clone)]
pub struct Errors(Vec<(Cow<'static, str>, String)>);

impl Errors {
    /// Says what is wrong unless `ok`; the field `""` is the form as a whole.
    pub fn ensure(&mut self, ok: bool, field: &'static str, message: &str) {
        if !ok {
            self.add(field, message);
        }
    }

    /// Says what is wrong with a field.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, message: impl Into<String>) {
        self.0.push((field.into(), message.into()));
    }

    /// What is wrong with a field, the first thing that was said of it.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.iter().find(|(name, _)| *name == field).map(|(_, message)| message)
    }

    /// Every field and what is wrong with it.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, message)| (&**field, &**message))
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What a form shows: values, and at each field what is wrong with it.
///
/// An empty form, a form filled from a row and a form sent back are all one of these.
#[derive(Debug, Default, Clone)]
pub struct FormState {
    typed: Vec<(String, String)>,
    errors: Errors,
}

impl FormState {
    /// What a person sent, and what is wrong with it.
    pub fn new(typed: Vec<(String, String)>, errors: Errors) -> Self {
        Self { typed, errors }
    }

    /// A form nobody has touched.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Shows `value` in `field`, instead of what was there.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl ToString) -> Self {
        self.typed.retain(|(name, _)| name != field);
        self.typed.push((field.to_owned(), value.to_string()));
        self
    }

    /// What stands in the field; empty when nothing does.
    pub fn value(&self, field: &str) -> &str {
        let typed = self.typed.iter().find(|(name, _)| name == field);
        typed.map_or("", |(_, value)| value)
    }

    /// All that was chosen under one name, as with a group of checkboxes.
    pub fn values(&self, field: &str) -> impl Iterator<Item = &str> {
        self.typed.iter().filter(move |(name, _)| name == field).map(|(_, value)| value.as_str())
    }

    /// The first thing that is wrong with the field.
    pub fn error(&self, field: &str) -> Option<&str> {
        self.problems().find(|(name, _)| *name == field).map(|(_, message)| message)
    }

    /// Adds what only the database could know, such as a name that is taken.
    #[must_use]
    pub fn reject(
        mut self,
        field: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        self.errors.add(field, message);
        self
    }

    /// Whether anything is wrong.
    pub fn is_rejected(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Everything that is wrong, as field and message, in the order it was found.
    pub fn problems(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.errors.0.iter().map(|(field, message)| (field.as_ref(), message.as_str()))
    }
}
