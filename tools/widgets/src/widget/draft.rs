//! What people decide about a widget, and its rules: whoever saves one is bound by them.

use platform::{Error, Result, text::one_line, ui::Errors};
use sea_orm::ActiveValue::Set;

use super::{ActiveModel, Model};

const NAME: usize = 80;
const NOTES: usize = 500;

/// What people decide about a widget.
///
/// Its fields are taken apart by name wherever each of them must be met, so that a new one does not
/// compile until it is in all those places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Unique in the workspace.
    pub name: String,
    /// May be empty.
    pub notes: String,
}

impl Draft {
    /// Says what is wrong with it, field by field. That the name is free is for the database to say.
    pub fn check(&self, errors: &mut Errors) {
        let Self { name, notes } = self;
        let letters = name.trim().chars().count();
        errors.ensure(letters > 0, "name", "Give the widget a name.");
        errors.ensure(letters <= NAME, "name", "Use at most 80 characters.");
        let is_line = one_line(name).trim() == name.trim();
        errors.ensure(is_line, "name", "Keep the name on one line, without invisible characters.");
        let letters = text(notes).chars().count();
        errors.ensure(letters <= NOTES, "notes", "Use at most 500 characters.");
    }

    /// The first thing that is wrong with it.
    pub(super) fn problem(&self) -> Option<String> {
        let mut errors = Errors::default();
        self.check(&mut errors);
        errors.iter().next().map(|(_, problem)| problem.to_owned())
    }

    /// The draft as it is saved, or the first thing that is wrong with it.
    pub(super) fn good(self) -> Result<Self> {
        if let Some(problem) = self.problem() {
            return Err(Error::BadRequest(problem));
        }
        let Self { name, notes } = self;
        Ok(Self { name: name.trim().to_owned(), notes: text(&notes) })
    }
}

/// Browsers send line ends of two characters, and count them as one.
fn text(typed: &str) -> String {
    typed.trim().replace("\r\n", "\n")
}

impl From<&Model> for Draft {
    fn from(row: &Model) -> Self {
        Self { name: row.name.clone(), notes: row.notes.clone() }
    }
}

impl From<Draft> for ActiveModel {
    fn from(draft: Draft) -> Self {
        let Draft { name, notes } = draft;
        Self { name: Set(name), notes: Set(notes), ..Default::default() }
    }
}
