//! The form of a widget: what may be typed, and what is wrong with it.

use platform::{
    Form,
    ui::{Answer, Errors},
};
use serde::Deserialize;

use crate::widget::{Draft, Model};

pub(crate) const NAME_TAKEN: &str = "Another widget has this name. Choose a different one.";
const NAME: usize = 80;
const NOTES: usize = 500;

/// What a person sends.
#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub(crate) struct WidgetForm {
    pub(crate) name: String,
    pub(crate) notes: String,
    /// The version that the person saw.
    pub(crate) version: i32,
}

impl Form for WidgetForm {
    fn check(&self, errors: &mut Errors) {
        let name = self.name.trim().chars().count();
        errors.ensure(name > 0, "name", "Give the widget a name.");
        errors.ensure(name <= NAME, "name", "Use at most 80 characters.");
        let notes = self.notes().chars().count();
        errors.ensure(notes <= NOTES, "notes", "Use at most 500 characters.");
    }
}

impl WidgetForm {
    /// The form as the widget stands.
    pub(crate) fn of(widget: &Model) -> Self {
        Self { name: widget.name.clone(), notes: widget.notes.clone(), version: widget.version }
    }

    /// What to show in the fields.
    pub(crate) fn answer(&self) -> Answer {
        Answer::empty()
            .with("name", &self.name)
            .with("notes", &self.notes)
            .with("version", self.version)
    }

    /// What is to be saved.
    pub(crate) fn draft(&self) -> Draft {
        Draft { name: self.name.trim().to_owned(), notes: self.notes() }
    }

    /// Browsers send line ends of two characters, and count them as one.
    fn notes(&self) -> String {
        self.notes.trim().replace("\r\n", "\n")
    }
}
