//! What people decide about a project, and its rules: whoever saves one is bound by them.

use std::ops::RangeInclusive;

use platform::{Error, MemberId, Result, text::one_line, ui::Errors};
use sea_orm::{ActiveValue::Set, prelude::Date};

use super::{ActiveModel, Model, Status};

const NAME: usize = 80;
const SUMMARY: usize = 500;

/// What people decide about a project.
///
/// Its fields are taken apart by name wherever each of them must be met, so that a new one does not
/// compile until it is in all those places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Unique in the workspace.
    pub name: String,
    /// May be empty.
    pub summary: String,
    /// How it goes.
    pub status: Status,
    /// A member of the workspace.
    pub owner_id: Option<MemberId>,
    /// When it should be done.
    pub due: Option<Date>,
}

impl Draft {
    /// Says what is wrong with it, field by field. That the name is free and the owner a member is
    /// for the database to say.
    pub fn check(&self, errors: &mut Errors) {
        let Self { name, summary, status: _, owner_id: _, due } = self;
        let letters = name.trim().chars().count();
        errors.ensure(letters > 0, "name", "Give the project a name.");
        errors.ensure(letters <= NAME, "name", "Use at most 80 characters.");
        let is_line = one_line(name).trim() == name.trim();
        errors.ensure(is_line, "name", "Keep the name on one line, without invisible characters.");
        let letters = text(summary).chars().count();
        errors.ensure(letters <= SUMMARY, "summary", "Use at most 500 characters.");
        let is_near = due.is_none_or(|due| days().contains(&due));
        errors.ensure(is_near, "due", "Choose a date between 1900 and 2199.");
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
        let (name, summary) = (self.name.trim().to_owned(), text(&self.summary));
        Ok(Self { name, summary, ..self })
    }
}

/// Browsers send line ends of two characters, and count them as one.
fn text(typed: &str) -> String {
    typed.trim().replace("\r\n", "\n")
}

/// What is not a slip of the keyboard.
fn days() -> RangeInclusive<Date> {
    let day = |year, month, day| Date::from_ymd_opt(year, month, day).unwrap_or_default();
    day(1900, 1, 1)..=day(2199, 12, 31)
}

impl From<&Model> for Draft {
    fn from(row: &Model) -> Self {
        Self {
            name: row.name.clone(),
            summary: row.summary.clone(),
            status: row.status,
            owner_id: row.owner_id,
            due: row.due,
        }
    }
}

impl From<Draft> for ActiveModel {
    fn from(draft: Draft) -> Self {
        let Draft { name, summary, status, owner_id, due } = draft;
        Self {
            name: Set(name),
            summary: Set(summary),
            status: Set(status),
            owner_id: Set(owner_id),
            due: Set(due),
            ..Default::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use platform::{
        Error,
        ui::{Errors, FormState},
    };

    use super::Draft;
    use crate::testing::named;

    fn problems(draft: &Draft) -> Vec<String> {
        let mut errors = Errors::default();
        draft.check(&mut errors);
        let answer = FormState::new(vec![], errors);
        answer.problems().map(|(field, _)| field.to_owned()).collect()
    }

    #[test]
    fn a_name_is_enough_and_must_be_there() {
        assert!(problems(&named(" Falcon ")).is_empty());
        assert!(problems(&named(&"ä".repeat(80))).is_empty());
        for bad in ["", "   ", &"ä".repeat(81), "Fal\ncon", "Fal\tcon"] {
            assert_eq!(problems(&named(bad)), ["name"], "{bad}");
        }
        assert_eq!(named(" Falcon ").good().unwrap().name, "Falcon");
    }

    #[test]
    fn a_line_end_is_one_character() {
        let summary = |text: String| Draft { summary: text, ..named("Falcon") };
        assert_eq!(problems(&summary("a\r\n".repeat(250) + "b")), ["summary"]);
        let good = summary("a\r\n".repeat(249) + "bb");
        assert!(problems(&good).is_empty());
        assert_eq!(good.good().unwrap().summary.len(), 500);
    }

    #[test]
    fn a_day_is_not_in_another_age() {
        let due = |text: &str| Draft { due: text.parse().ok(), ..named("Falcon") };
        for good in ["1900-01-01", "2199-12-31"] {
            assert!(problems(&due(good)).is_empty(), "{good}");
        }
        for bad in ["1899-12-31", "2200-01-01", "0001-01-01"] {
            assert_eq!(problems(&due(bad)), ["due"], "{bad}");
        }
    }

    #[test]
    fn whoever_asks_nobody_is_refused_all_the_same() {
        assert!(matches!(named(" ").good(), Err(Error::BadRequest(text)) if text.contains("name")));
    }
}
