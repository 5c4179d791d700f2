//! Making and editing a row.

use std::sync::Arc;

use askama::Template;
use chrono::{DateTime, Utc};
use core_access::{Member, entitlements::LimitReached};
use core_base::{Error, Result, text::capitalised};
use core_db::TenantDb;
use core_http::{Ui, see_other_with};
use core_ui::{self as ui, Calendar, Errors, FormState, Toast};
use uuid::Uuid;

use super::{Pages, offer::Shown, typed::Typed};
use crate::{Control, Draft, NotCreated, Row, Saved, resource::Spec};

const UNREAD: &str = "We couldn't read part of this form. Check each field.";

#[derive(Template)]
#[template(path = "resource/form.html")]
pub(super) struct Page<'a> {
    on: &'a Pages,
    answer: FormState,
    /// Where the row is; none: it is about to be made.
    path: Option<String>,
    /// What the row says by now, where it is not what was typed.
    theirs: Option<Vec<(&'static str, String)>>,
    /// When that was saved.
    saved_at: Option<DateTime<Utc>>,
    /// It was deleted while it was being edited.
    is_gone: bool,
    /// There can be no more of them, and why.
    full: Option<Full>,
    /// The fields of the form, each with what it offers.
    fields: Vec<Shown<'a>>,
    csrf: &'a str,
    calendar: Calendar,
}

/// Why there can be no more, and where that is changed.
struct Full {
    text: String,
    /// Where an owner changes to a larger plan; empty: there is none, or the reader is no owner.
    path: String,
}

impl Full {
    fn of(limit: &LimitReached, member: &Member) -> Self {
        let is_owner = member.permissions.is_owner();
        let next = limit.next().filter(|_| is_owner);
        let path = next.map(|next| next.path.clone()).unwrap_or_default();
        Self { text: limit.text(is_owner), path }
    }
}

pub(super) async fn new(on: Arc<Pages>, member: Arc<Member>, db: TenantDb, ui: Ui) -> Result {
    let ui = ui.under(&on.title(), on.path);
    let answer = on.defaults(&member, &ui.calendar());
    ui.page(&on.new_title(), &on.page(&db, &ui, answer, None).await?)
}

pub(super) async fn create(
    on: Arc<Pages>,
    member: Arc<Member>,
    db: TenantDb,
    ui: Ui,
    form: Result<Typed, FormState>,
) -> Result {
    let ui = ui.under(&on.title(), on.path);
    let mut full = None;
    let answer = match form {
        Err(answer) => answer,
        Ok(form) => {
            let (draft, errors) = on.draft(&db, &form, &ui, true).await?;
            match on.of.create(&db, draft, errors).await? {
                Ok(row) => {
                    let said = format!("{} created", capitalised(on.of.noun));
                    return see_other_with(on.row_path(row.id), &Toast::success(said));
                }
                Err(NotCreated::Wrong(errors)) => form.answer(errors),
                Err(NotCreated::Full(limit)) => {
                    full = Some(Full::of(&limit, &member));
                    form.answer(Errors::default())
                }
            }
        }
    };
    let page = on.page(&db, &ui, answer, None).await?;
    ui.invalid(&on.new_title(), &Page { full, ..page })
}

pub(super) async fn edit(on: Arc<Pages>, db: TenantDb, ui: Ui, id: Uuid) -> Result {
    let row = on.of.find(&db, id).await?.ok_or(Error::NotFound)?;
    let ui = on.under(ui, &row);
    let answer = FormState::new(on.of.typed(&row, &ui.calendar()), Errors::default());
    let answer = answer.with("version", on.of.version(&row).unwrap_or_default());
    ui.page("Edit", &on.page(&db, &ui, answer, Some(id)).await?)
}

pub(super) async fn save(
    on: Arc<Pages>,
    db: TenantDb,
    ui: Ui,
    id: Uuid,
    form: Result<Typed, FormState>,
) -> Result {
    let Some(row) = on.of.find(&db, id).await? else { return on.gone(&db, ui, form).await };
    let ui = on.under(ui, &row);
    let form = match form {
        Err(answer) => return ui.invalid("Edit", &on.page(&db, &ui, answer, Some(id)).await?),
        Ok(form) => form,
    };
    let (draft, errors) = on.draft(&db, &form, &ui, false).await?;
    let kept = draft.clone();
    match on.of.save(&db, id, form.version(), draft, errors).await? {
        Saved::Yes(row) => {
            let said = format!("{} saved", capitalised(on.of.noun));
            see_other_with(on.row_path(row.id), &Toast::success(said))
        }
        Saved::Wrong(errors) => {
            let answer = form.answer(errors);
            ui.invalid("Edit", &on.page(&db, &ui, answer, Some(id)).await?)
        }
        Saved::Overtaken(now) => on.overtaken(&db, &ui, form, &kept, &now).await,
        Saved::Gone => on.gone(&db, ui, Ok(form)).await,
    }
}

impl Pages {
    fn new_title(&self) -> String {
        format!("New {}", self.of.noun)
    }

    fn under(&self, ui: Ui, row: &Row) -> Ui {
        ui.under(&self.title(), self.path).under(&self.of.title(row), &self.row_path(row.id))
    }

    async fn draft(
        &self,
        db: &TenantDb,
        form: &Typed,
        ui: &Ui,
        is_new: bool,
    ) -> Result<(Draft, Errors)> {
        let mut errors = Errors::default();
        // A page sends all of its fields: one that is missing was emptied. Of a new row it has its default.
        let is_missing = |field: &&Spec| {
            let is_sent = form.0.iter().any(|(name, _)| name == field.parts.name);
            !is_new
                && field.parts.is_in_form
                && field.parts.kind.control() != Control::Check
                && !is_sent
        };
        let missing = self.of.fields.iter().filter(is_missing);
        let missing = missing.map(|field| (field.parts.name.to_owned(), String::new()));
        let mut all: Vec<_> = form.0.iter().cloned().chain(missing).collect();
        let in_form = self.of.fields.iter().filter(|field| field.parts.is_in_form);
        self.name_rows(db, in_form, &mut all, &mut errors).await?;
        let draft = self.of.draft_of_form(&all, &ui.calendar(), &mut errors);
        if form.version().is_none() || !self.of.offers(&form.0) {
            errors.add("", UNREAD);
        }
        Ok((draft, errors))
    }

    /// What a new row has where nobody says otherwise.
    fn defaults(&self, member: &Member, calendar: &Calendar) -> FormState {
        let with = self.of.fields.iter().filter_map(|field| {
            let mine = field.parts.is_mine.then(|| member.id.0.into());
            let default = field.stored.fit(mine.or_else(|| field.parts.default.clone())?)?;
            let text = field.parts.kind.text(&default, calendar).into_owned();
            Some((field.parts.name.to_owned(), text))
        });
        FormState::new(with.collect(), Errors::default())
    }

    pub(super) async fn page<'a>(
        &'a self,
        db: &TenantDb,
        ui: &'a Ui,
        answer: FormState,
        id: Option<Uuid>,
    ) -> Result<Page<'a>> {
        let in_form = self.of.fields.iter().filter(|field| field.parts.is_in_form);
        let needed = in_form.map(|field| (field, self.of.nothing(field).is_none()));
        let (fields, answer) = self.offer(db, "", needed, answer).await?;
        Ok(Page {
            on: self,
            answer,
            path: id.map(|id| self.row_path(id)),
            theirs: None,
            saved_at: None,
            is_gone: false,
            full: None,
            fields,
            csrf: ui.csrf(),
            calendar: ui.calendar(),
        })
    }

    /// Someone else saved the row in the meantime: what it says now stands above what was typed.
    async fn overtaken(
        &self,
        db: &TenantDb,
        ui: &Ui,
        form: Typed,
        draft: &Draft,
        now: &Row,
    ) -> Result {
        let mine = self.of.with(now, draft);
        let differ = self.of.changes(&mine, now, &ui.calendar());
        let answer = form.answer(Errors::default());
        let answer = answer.with("version", self.of.version(now).unwrap_or_default());
        let mut page = self.page(db, ui, answer, Some(now.id)).await?;
        page.saved_at = self.of.updated_at(now);
        page.theirs = Some(differ.into_iter().map(|one| (one.label, one.after)).collect());
        ui.conflict("Edit", &page)
    }

    /// Somebody deleted the row meanwhile: what was typed can become a new one.
    async fn gone(&self, db: &TenantDb, ui: Ui, form: Result<Typed, FormState>) -> Result {
        let ui = ui.under(&self.title(), self.path);
        let answer = form.map_or_else(|answer| answer, |form| form.answer(Errors::default()));
        let mut page = self.page(db, &ui, answer.with("version", ""), None).await?;
        page.is_gone = true;
        ui.gone(&self.new_title(), &page)
    }
}

impl Page<'_> {
    fn title(&self) -> String {
        let deed = if self.path.is_some() { "Edit" } else { "New" };
        format!("{deed} {}", self.on.of.noun)
    }

    fn action(&self) -> &str {
        self.path.as_deref().unwrap_or(self.on.path)
    }

    fn button(&self) -> String {
        match (&self.theirs, &self.path) {
            (Some(_), _) => "Save mine".to_owned(),
            (None, Some(_)) => format!("Save {}", self.on.of.noun),
            (None, None) => format!("Create {}", self.on.of.noun),
        }
    }

    fn saved_meanwhile(&self) -> String {
        let rest = match &self.theirs {
            Some(theirs) if !theirs.is_empty() => {
                format!(" Where they differ, the {} now says:", self.on.of.noun)
            }
            _ => String::new(),
        };
        let when = self.saved_at.map(|at| format!("{}. ", self.calendar.ago(at)));
        let when = when.unwrap_or_default();
        format!("{when}Your changes aren't saved yet; they are below.{rest}")
    }

    fn edit_path(&self) -> String {
        format!("{}/edit", self.action())
    }

    fn taken_by(&self) -> String {
        format!("Someone else saved this {} while you were editing", self.on.of.noun)
    }

    fn no_longer(&self) -> String {
        format!("This {} no longer exists", self.on.of.noun)
    }
}
