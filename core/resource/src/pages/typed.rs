//! What the forms of a resource send: pairs, which its fields read.

use core_http::Form;
use core_ui::{Errors, FormState};
use serde::Deserialize;
use uuid::Uuid;

/// The form of a row. Its fields know their own lines, and say themselves what is wrong.
#[derive(Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Typed(pub(super) Vec<(String, String)>);

impl Form for Typed {
    fn keeps_lines(_: &str) -> bool {
        true
    }

    fn check(&self, _: &mut Errors) {}
}

impl Typed {
    /// What to show in the fields.
    pub(super) fn answer(self, errors: Errors) -> FormState {
        FormState::new(self.0, errors)
    }

    /// The version that somebody saw; 0: none, which is no row's. None: it is no number.
    pub(super) fn version(&self) -> Option<i64> {
        match self.0.iter().find(|(name, _)| name == "version") {
            Some((_, text)) if !text.is_empty() => text.parse().ok(),
            _ => Some(0),
        }
    }
}

/// What the buttons under a list send, and then the page that asks.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Bulk {
    /// `delete`, `set-state-used`: which field gets which value, or `ask-owner`: which is asked for.
    pub(super) action: String,
    pub(super) id: Vec<Uuid>,
    /// All that the search in the address finds, instead of those with a tick.
    pub(super) all: bool,
    /// Was the question answered?
    pub(super) sure: bool,
    /// How many the question spoke of.
    pub(super) count: u64,
    /// The value that the question asked for.
    pub(super) value: String,
    /// The session had ended before the answer came.
    #[serde(skip)]
    pub(super) is_asked_again: bool,
}

impl Form for Bulk {
    fn ask_again(&mut self) -> bool {
        (self.sure, self.is_asked_again) = (false, true);
        self.action == "delete" || self.action.starts_with("ask-")
    }

    fn check(&self, errors: &mut Errors) {
        errors.ensure(!self.action.is_empty(), "action", "Choose an action.");
    }
}
