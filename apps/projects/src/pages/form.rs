//! The form of a project: what may be typed, and what is wrong with it.

use platform::{
    Form, MemberId,
    ui::{Answer, Errors},
};
use sea_orm::prelude::{Date, Uuid};
use serde::Deserialize;

use crate::project::{Draft, Model, Status};

pub(crate) const NAME_TAKEN: &str = "Another project has this name. Choose a different one.";
const NAME: usize = 80;
const SUMMARY: usize = 500;

/// What a person sends.
#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub(crate) struct ProjectForm {
    pub(crate) name: String,
    pub(crate) summary: String,
    pub(crate) status: Status,
    pub(crate) owner: String,
    pub(crate) due: String,
    /// The version that the person saw.
    pub(crate) version: i32,
}

impl Form for ProjectForm {
    fn check(&self, errors: &mut Errors) {
        let name = self.name.trim().chars().count();
        errors.unless(name > 0, "name", "Give the project a name.");
        errors.unless(name <= NAME, "name", "Use at most 80 characters.");
        let summary = self.summary().chars().count();
        errors.unless(summary <= SUMMARY, "summary", "Use at most 500 characters.");
        let due = self.due().is_some() || self.due.trim().is_empty();
        errors.unless(due, "due", "Write a date, like 2026-12-31.");
    }
}

impl ProjectForm {
    /// The form as the project stands.
    pub(crate) fn of(project: &Model) -> Self {
        Self {
            name: project.name.clone(),
            summary: project.summary.clone(),
            status: project.status,
            owner: project.owner_id.map(|id| id.to_string()).unwrap_or_default(),
            due: project.due.map(|due| due.to_string()).unwrap_or_default(),
            version: project.version,
        }
    }

    /// What to show in the fields.
    pub(crate) fn answer(&self) -> Answer {
        Answer::empty()
            .with("name", &self.name)
            .with("summary", &self.summary)
            .with("status", self.status.word())
            .with("owner", &self.owner)
            .with("due", &self.due)
            .with("version", self.version)
    }

    /// What is to be saved; or the answer, where the owner is not, or no longer, a member.
    pub(crate) fn draft(&self, owners: &[(MemberId, String)]) -> Result<Draft, Answer> {
        let owner_id = owner_of(&self.owner, owners);
        Ok(Draft {
            name: self.name.trim().to_owned(),
            summary: self.summary(),
            status: self.status,
            owner_id: owner_id.map_err(|text| self.answer().reject("owner", text))?,
            due: self.due(),
        })
    }

    /// Browsers send line ends of two characters, and count them as one.
    fn summary(&self) -> String {
        self.summary.trim().replace("\r\n", "\n")
    }

    fn due(&self) -> Option<Date> {
        let due: Date = self.due.trim().parse().ok()?;
        (Date::from_ymd_opt(1900, 1, 1)?..Date::from_ymd_opt(2200, 1, 1)?)
            .contains(&due)
            .then_some(due)
    }
}

/// Who was chosen; nobody where the choice is empty.
pub(crate) fn owner_of(
    chosen: &str,
    owners: &[(MemberId, String)],
) -> Result<Option<Uuid>, &'static str> {
    let owner = owners.iter().find(|(id, _)| id.to_string() == chosen);
    match owner {
        Some((id, _)) => Ok(Some(id.0)),
        None if chosen.is_empty() => Ok(None),
        None => Err("This person is not a member of the workspace. Choose somebody else."),
    }
}

/// The choices for an owner; the empty one is nobody.
pub(crate) fn owner_choices(owners: &[(MemberId, String)]) -> Vec<(String, String)> {
    let nobody = (String::new(), "Nobody".to_owned());
    let members = owners.iter().map(|(id, name)| (id.to_string(), name.clone()));
    std::iter::once(nobody).chain(members).collect()
}

#[cfg(test)]
mod tests {
    use platform::{
        Form, MemberId,
        ui::{Answer, Errors},
    };

    use super::ProjectForm;

    fn problems(form: &ProjectForm) -> Vec<String> {
        let mut errors = Errors::default();
        form.check(&mut errors);
        let answer = Answer::new(vec![], errors);
        answer.problems().map(|(field, _)| field.to_owned()).collect()
    }

    fn named(name: &str) -> ProjectForm {
        ProjectForm { name: name.to_owned(), ..Default::default() }
    }

    #[test]
    fn a_name_is_enough_and_must_be_there() {
        assert!(problems(&named(" Falcon ")).is_empty());
        assert!(problems(&named(&"ä".repeat(80))).is_empty());
        for bad in ["", "   ", &"ä".repeat(81)] {
            assert_eq!(problems(&named(bad)), ["name"], "{bad}");
        }
        assert_eq!(named(" Falcon ").draft(&[]).unwrap().name, "Falcon");
    }

    #[test]
    fn a_day_must_be_one() {
        let due = |text: &str| ProjectForm { due: text.to_owned(), ..named("Falcon") };
        for good in ["", " ", "2026-12-31", "2028-02-29"] {
            assert!(problems(&due(good)).is_empty(), "{good}");
        }
        for bad in ["soon", "31.12.2026", "2026-02-29", "+99999-01-01", "0001-01-01"] {
            assert_eq!(problems(&due(bad)), ["due"], "{bad}");
        }
    }

    #[test]
    fn a_line_end_is_one_character() {
        let form = ProjectForm { summary: "a\r\n".repeat(250) + "b", ..named("Falcon") };
        assert_eq!(problems(&form), ["summary"]);
        let form = ProjectForm { summary: "a\r\n".repeat(249) + "bb", ..named("Falcon") };
        assert!(problems(&form).is_empty());
        assert_eq!(form.draft(&[]).unwrap().summary.len(), 500);
    }

    #[test]
    fn only_members_own_projects() {
        let maya = MemberId::new();
        let owned = |owner: String| ProjectForm { owner, ..named("Falcon") };
        let members = [(maya, "Maya".to_owned())];
        assert_eq!(owned(maya.to_string()).draft(&members).unwrap().owner_id, Some(maya.0));
        for stranger in [MemberId::new().to_string(), "Maya".to_owned()] {
            let answer = owned(stranger.clone()).draft(&members).unwrap_err();
            assert!(answer.error("owner").is_some());
            assert_eq!(answer.value("owner"), stranger);
        }
    }
}
