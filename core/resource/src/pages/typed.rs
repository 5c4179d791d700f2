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

/// What the buttons under a list or on a row's page send, and then the page that asks.
#[derive(Default, Deserialize)]
#[serde(try_from = "Vec<(String, String)>")]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of a form")]
pub(crate) struct Bulk {
    /// `delete`, `set-state-used`: which field gets which value, `ask-owner`: which is asked for, or
    /// `do-remind`: an action of the resource.
    pub(super) action: String,
    pub(super) id: Vec<Uuid>,
    /// All that the search in the address finds, instead of those with a tick.
    pub(super) all: bool,
    /// Was the question answered?
    pub(super) sure: bool,
    /// How many the question spoke of.
    pub(super) count: u64,
    /// It came from the page of the row.
    pub(super) is_from_row: bool,
    /// What the question asked for, and everything else that was sent.
    pub(super) answers: Vec<(String, String)>,
    /// The session had ended before the answer came.
    pub(super) is_asked_again: bool,
}

impl TryFrom<Vec<(String, String)>> for Bulk {
    type Error = &'static str;

    fn try_from(sent: Vec<(String, String)>) -> Result<Self, &'static str> {
        let mut form = Self::default();
        let yes = |text: &str| match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("it is neither true nor false"),
        };
        for (name, text) in sent {
            match name.as_str() {
                "action" => form.action = text,
                "id" => form.id.push(text.parse().map_err(|_| "an id is none")?),
                "all" => form.all = yes(&text)?,
                "sure" => form.sure = yes(&text)?,
                "count" => form.count = text.parse().map_err(|_| "a count is none")?,
                "from_row" => form.is_from_row = yes(&text)?,
                _ => form.answers.push((name, text)),
            }
        }
        Ok(form)
    }
}

impl Bulk {
    /// What was chosen on the page that asks.
    pub(super) fn value(&self) -> &str {
        self.answers.iter().find(|(name, _)| name == "value").map_or("", |(_, text)| text)
    }
}

impl Form for Bulk {
    fn keeps_lines(_: &str) -> bool {
        true
    }

    fn ask_again(&mut self) -> bool {
        (self.sure, self.is_asked_again) = (false, true);
        ["ask-", "do-"].iter().any(|start| self.action.starts_with(start))
            || ["delete", "edit"].contains(&&*self.action)
    }

    fn check(&self, errors: &mut Errors) {
        errors.ensure(!self.action.is_empty(), "action", "Choose an action.");
    }
}
