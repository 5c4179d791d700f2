//! Creating and editing a project.

use askama::Template;
use platform::{
    Can, LimitReached, MemberId, Path, Result, Submitted, TenantDb, Ui, see_other_with,
    ui::{self, Calendar, FormState, Toast},
};

use super::form::{NAME_TAKEN, ProjectForm, owner_choices};
use crate::{
    permissions::Manage,
    project::{self, Model, NotCreated, ProjectId, Saved, Status},
};

#[derive(Template)]
#[template(path = "projects/edit.html")]
struct Edit<'a> {
    answer: FormState,
    /// None: it is about to be created.
    project: Option<&'a Model>,
    /// What the project says by now, where it is not what was typed.
    theirs: Option<Vec<(&'static str, String)>>,
    /// It was deleted while it was being edited.
    gone: bool,
    /// There can be no more of them, and why.
    full: Option<String>,
    owners: Vec<(String, String)>,
    statuses: Vec<(&'static str, &'static str)>,
    csrf: &'a str,
    calendar: Calendar,
}

pub(crate) async fn new(who: Can<Manage>, db: TenantDb, ui: Ui) -> Result {
    let owners = project::owners(&db).await?;
    let answer = FormState::empty().with("owner", who.member.id);
    let ui = ui.under("Projects", "/projects");
    ui.page("New project", &Edit::new(answer, None, &owners, &ui))
}

pub(crate) async fn create(
    who: Can<Manage>,
    db: TenantDb,
    ui: Ui,
    Submitted(form): Submitted<ProjectForm>,
) -> Result {
    let owners = project::owners(&db).await?;
    let mut full = None;
    let answer = match form {
        Err(answer) => answer,
        Ok(form) => match form.draft(&owners) {
            Err(answer) => answer,
            Ok(draft) => match project::create(&db, draft).await? {
                Ok(project) => {
                    return see_other_with(project.path(), &Toast::success("Project created"));
                }
                Err(NotCreated::NameTaken) => form.answer().reject("name", NAME_TAKEN),
                Err(NotCreated::LimitReached(limit)) => {
                    full = Some(limit.text(who.member.permissions.is_owner()));
                    form.answer()
                }
            },
        },
    };
    let ui = ui.under("Projects", "/projects");
    ui.invalid("New project", &Edit { full, ..Edit::new(answer, None, &owners, &ui) })
}

pub(crate) async fn edit(
    _: Can<Manage>,
    db: TenantDb,
    ui: Ui,
    Path(id): Path<ProjectId>,
) -> Result {
    let project = db.get::<project::Entity>(id).await?;
    let owners = project::owners(&db).await?;
    let ui = ui.under("Projects", "/projects").under(&project.name, &project.path());
    let answer = ProjectForm::of(&project).answer();
    ui.page("Edit", &Edit::new(answer, Some(&project), &owners, &ui))
}

pub(crate) async fn save(
    _: Can<Manage>,
    db: TenantDb,
    ui: Ui,
    Path(id): Path<ProjectId>,
    Submitted(form): Submitted<ProjectForm>,
) -> Result {
    let owners = project::owners(&db).await?;
    let Some(project) = project::find(&db, id).await? else { return gone(&ui, form, &owners) };
    let ui = ui.under("Projects", "/projects").under(&project.name, &project.path());
    let answer = match form {
        Err(answer) => answer,
        Ok(form) => match form.draft(&owners) {
            Err(answer) => answer,
            Ok(draft) => match project::save(&db, &project, form.version, draft).await? {
                Saved::Yes => {
                    return see_other_with(project.path(), &Toast::success("Project saved"));
                }
                Saved::NameTaken => form.answer().reject("name", NAME_TAKEN),
                Saved::Overtaken => return overtaken(&ui, &db, id, form, &owners).await,
            },
        },
    };
    ui.invalid("Edit", &Edit::new(answer, Some(&project), &owners, &ui))
}

/// Someone else saved the project in the meantime: what it says now stands above what was typed.
async fn overtaken(
    ui: &Ui,
    db: &TenantDb,
    id: ProjectId,
    form: ProjectForm,
    owners: &[(MemberId, String)],
) -> Result {
    // Read again: it may have been saved since this request began.
    let Some(project) = project::find(db, id).await? else { return gone(ui, Ok(form), owners) };
    let answer = form.answer().with("version", project.version);
    let mut page = Edit::new(answer, Some(&project), owners, ui);
    page.theirs = Some(form.differences(&project, owners, page.calendar));
    ui.conflict("Edit", &page)
}

/// Somebody deleted the project meanwhile: what was typed can become a new one.
fn gone(ui: &Ui, form: Result<ProjectForm, FormState>, owners: &[(MemberId, String)]) -> Result {
    let answer = form.map_or_else(|answer| answer, |form| form.answer());
    let mut page = Edit::new(answer.with("version", ""), None, owners, ui);
    page.gone = true;
    ui.gone("New project", &page)
}

impl<'a> Edit<'a> {
    fn new(
        answer: FormState,
        project: Option<&'a Model>,
        owners: &[(MemberId, String)],
        ui: &'a Ui,
    ) -> Self {
        let statuses = Status::all().map(|status| (status.as_str(), status.label())).collect();
        let owners = owner_choices(owners);
        Self {
            answer,
            project,
            theirs: None,
            gone: false,
            full: None,
            owners,
            statuses,
            csrf: ui.csrf(),
            calendar: ui.calendar(),
        }
    }

    fn path(&self) -> String {
        self.project.map_or("/projects".to_owned(), Model::path)
    }

    fn edit_path(&self) -> String {
        format!("{}/edit", self.path())
    }

    fn title(&self) -> &'static str {
        if self.project.is_some() { "Edit project" } else { "New project" }
    }

    fn button(&self) -> &'static str {
        match (&self.theirs, self.project) {
            (Some(_), _) => "Save mine",
            (None, Some(_)) => "Save project",
            (None, None) => "Create project",
        }
    }

    /// When somebody else saved it, and what to make of that.
    fn overtaken(&self) -> String {
        let when = self.project.map(|project| self.calendar.ago(project.updated_at).to_string());
        let rest = match &self.theirs {
            Some(theirs) if !theirs.is_empty() => " Where they differ, the project now says:",
            _ => "",
        };
        let when = when.unwrap_or_default();
        format!("{when}. Your changes aren't saved yet; they are below.{rest}")
    }
}
