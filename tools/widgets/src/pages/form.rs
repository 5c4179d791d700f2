//! The form of a widget: what may be typed. Its rules stand in the widget's `Draft`.

use platform::{
    Form,
    ui::{Errors, FormState},
};
use serde::Deserialize;

use crate::widget::{Draft, Model};

pub(crate) const NAME_TAKEN: &str = "Another widget has this name. Choose a different one.";

/// What a person sends. A field that the page forgot is no empty one: such a form is refused, so that
/// saving it does not empty what it does not show.
#[derive(Debug, Default, Deserialize, PartialEq)]
pub(crate) struct WidgetForm {
    pub(crate) name: String,
    pub(crate) notes: String,
    /// The version that the person saw; a new one has none.
    #[serde(default)]
    pub(crate) version: i32,
}

impl Form for WidgetForm {
    const TEXTS: &'static [&'static str] = &["notes"];

    fn check(&self, errors: &mut Errors) {
        self.draft().check(errors);
    }
}

impl WidgetForm {
    /// The form as the widget stands.
    pub(crate) fn of(widget: &Model) -> Self {
        let Draft { name, notes } = Draft::from(widget);
        Self { name, notes, version: widget.version }
    }

    /// What to show in the fields.
    pub(crate) fn answer(&self) -> FormState {
        let Self { name, notes, version } = self;
        FormState::empty().with("name", name).with("notes", notes).with("version", version)
    }

    /// What is to be saved.
    pub(crate) fn draft(&self) -> Draft {
        let Self { name, notes, version: _ } = self;
        Draft { name: name.clone(), notes: notes.clone() }
    }

    /// What the widget says where the form says something else: the label and the widget's words.
    pub(crate) fn differences(&self, widget: &Model) -> Vec<(&'static str, String)> {
        let typed = self.draft();
        let Draft { name, notes } = Draft::from(widget);
        [("Name", typed.name == name, name), ("Notes", typed.notes == notes, notes)]
            .into_iter()
            .filter_map(|(field, same, value)| (!same).then_some((field, value)))
            .collect()
    }
}
