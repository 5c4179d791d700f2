//! The form of a project: what may be typed, and what is wrong with it.

use platform::{
    Form, MemberId,
    ui::{Calendar, Errors, FormState},
};
use sea_orm::prelude::Date;
use serde::Deserialize;

use crate::project::{Draft, Model, Status};

pub(crate) const NAME_TAKEN: &str = "Another project has this name. Choose a different one.";
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
    const TEXTS: &'static [&'static str] = &["summary"];

    fn check(&self, errors: &mut Errors) {
        let due = self.due().is_some() || self.due.trim().is_empty();
        errors.ensure(due, "due", "Enter a date like 2026-12-31.");
        self.draft_of(None).check(errors);
    }
}

impl ProjectForm {
    /// The form as the project stands.
    pub(crate) fn of(project: &Model) -> Self {
        let Draft { name, summary, status, owner_id, due } = Draft::from(project);
        Self {
            name,
            summary,
            status,
            owner: owner_id.map(|id| id.to_string()).unwrap_or_default(),
            due: due.map(|due| due.to_string()).unwrap_or_default(),
            version: project.version,
        }
    }

    /// What to show in the fields.
    pub(crate) fn answer(&self) -> FormState {
        let Self { name, summary, status, owner, due, version } = self;
        FormState::empty()
            .with("name", name)
            .with("summary", summary)
            .with("status", status.as_str())
            .with("owner", owner)
            .with("due", due)
            .with("version", version)
    }

    /// What is to be saved; or the answer, where the owner is not, or no longer, a member.
    pub(crate) fn draft(&self, owners: &[(MemberId, String)]) -> Result<Draft, FormState> {
        let owner_id = owner_of(&self.owner, owners);
        Ok(self.draft_of(owner_id.map_err(|text| self.answer().reject("owner", text))?))
    }

    /// What the project says where the form says something else: the label and the project's words.
    pub(crate) fn differences(
        &self,
        project: &Model,
        owners: &[(MemberId, String)],
        calendar: Calendar,
    ) -> Vec<(&'static str, String)> {
        let typed = self.draft_of(owner_of(&self.owner, owners).unwrap_or_default());
        let Draft { name, summary, status, owner_id, due } = Draft::from(project);
        let owner = owners.iter().find(|(id, _)| Some(*id) == owner_id);
        let owner = owner.map_or("Nobody", |(_, name)| name).to_owned();
        let day = due.map_or("No date".to_owned(), |due| calendar.date(due).to_string());
        [
            ("Name", typed.name == name, name),
            ("Summary", typed.summary == summary, summary),
            ("Status", typed.status == status, status.label().to_owned()),
            ("Owner", typed.owner_id == owner_id, owner),
            ("Due", typed.due == due, day),
        ]
        .into_iter()
        .filter_map(|(field, same, value)| (!same).then_some((field, value)))
        .collect()
    }

    /// The draft, with what can't be read of the date left out.
    fn draft_of(&self, owner_id: Option<MemberId>) -> Draft {
        let Self { name, summary, status, owner: _, due: _, version: _ } = self;
        Draft {
            name: name.trim().to_owned(),
            summary: summary.trim().replace("\r\n", "\n"),
            status: *status,
            owner_id,
            due: self.due(),
        }
    }

    fn due(&self) -> Option<Date> {
        self.due.trim().parse().ok()
    }
}

/// Who was chosen; nobody where the choice is empty.
pub(crate) fn owner_of(
    chosen: &str,
    owners: &[(MemberId, String)],
) -> Result<Option<MemberId>, &'static str> {
    let owner = owners.iter().find(|(id, _)| id.to_string() == chosen);
    match owner {
        Some((id, _)) => Ok(Some(*id)),
        None if chosen.is_empty() => Ok(None),
        None => Err("This person is not a member of the workspace. Choose someone else."),
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
        ui::{Errors, FormState},
    };

    use super::ProjectForm;

    fn problems(form: &ProjectForm) -> Vec<String> {
        let mut errors = Errors::default();
        form.check(&mut errors);
        let answer = FormState::new(vec![], errors);
        answer.problems().map(|(field, _)| field.to_owned()).collect()
    }

    fn named(name: &str) -> ProjectForm {
        ProjectForm { name: name.to_owned(), ..Default::default() }
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
    fn only_members_own_projects() {
        let maya = MemberId::new();
        let owned = |owner: String| ProjectForm { owner, ..named("Falcon") };
        let members = [(maya, "Maya".to_owned())];
        assert_eq!(owned(maya.to_string()).draft(&members).unwrap().owner_id, Some(maya));
        for stranger in [MemberId::new().to_string(), "Maya".to_owned()] {
            let answer = owned(stranger.clone()).draft(&members).unwrap_err();
            assert!(answer.error("owner").is_some());
            assert_eq!(answer.value("owner"), stranger);
        }
    }
}
