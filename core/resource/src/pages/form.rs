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

use super::{
    Pages, Pairs,
    merge::{Conflict, Merged, OPENED},
    offer::Shown,
    typed::Typed,
};
use crate::{Control, Draft, NotCreated, Row, Saved, resource::Spec};

const UNREAD: &str = "We couldn't read part of this form. Check each field.";

#[derive(Template)]
#[template(path = "resource/form.html")]
pub(super) struct Page<'a> {
    on: &'a Pages,
    answer: FormState,
    /// Where the row is; none: it is about to be made.
    path: Option<String>,
    /// Somebody else saved the row while it was being edited.
    overtaken: Option<Overtaken>,
    /// It was deleted while it was being edited.
    is_gone: bool,
    /// There can be no more of them, and why.
    full: Option<Full>,
    /// The fields of the form, each with what it offers.
    fields: Vec<Shown<'a>>,
    csrf: &'a str,
    calendar: Calendar,
}

/// What somebody else saved meanwhile.
struct Overtaken {
    /// When.
    at: Option<DateTime<Utc>>,
    /// What both changed.
    conflicts: Vec<Conflict>,
    /// What they alone changed: it stands in the form.
    kept: String,
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

pub(super) async fn new(
    on: Arc<Pages>,
    member: Arc<Member>,
    db: TenantDb,
    ui: Ui,
    pairs: Pairs,
) -> Result {
    let ui = ui.under(&on.title(), on.path);
    let from = pairs.iter().find(|(name, _)| name == "from");
    let answer = match from.and_then(|(_, id)| id.parse().ok()) {
        Some(id) => on.duplicate(&db, id, &ui.calendar()).await?,
        None => None,
    };
    let answer = answer.unwrap_or_else(|| on.defaults(&member, &ui.calendar()));
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
    let answer = answer.with(OPENED, on.opened(&row));
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
    let (kept, is_clean) = (draft.clone(), errors.is_empty());
    let saved =
        |text: String| Toast::success(format!("{} saved", capitalised(on.of.noun))).text(text);
    let now = match on.of.save(&db, id, form.version(), draft, errors).await? {
        Saved::Yes(row) => return see_other_with(on.row_path(row.id), &saved(String::new())),
        Saved::Wrong(errors) => {
            let answer = form.answer(errors);
            return ui.invalid("Edit", &on.page(&db, &ui, answer, Some(id)).await?);
        }
        Saved::Overtaken(now) => now,
        Saved::Gone => return on.gone(&db, ui, Ok(form)).await,
    };
    let merged = on.merge(&db, &form, &kept, &now, &ui.calendar()).await?;
    let mut errors = Errors::default();
    if is_clean && merged.conflicts.is_empty() {
        // Nobody touched what the other one did: both are kept, if the rules are not against it.
        let (draft, seen) = (merged.draft.clone(), on.of.version(&now));
        match on.of.save(&db, id, seen, draft, Errors::default()).await? {
            Saved::Yes(row) => return see_other_with(on.row_path(row.id), &saved(merged.said())),
            Saved::Wrong(wrong) => errors = wrong,
            Saved::Overtaken(_) | Saved::Gone => {}
        }
    }
    on.overtaken(&db, &ui, form.answer(errors), merged, &now).await
}

impl Pages {
    fn new_title(&self) -> String {
        format!("New {}", self.of.noun)
    }

    /// Below the list and the row's own page, for the bar at the top.
    pub(super) fn under(&self, ui: Ui, row: &Row) -> Ui {
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
            overtaken: None,
            is_gone: false,
            full: None,
            fields,
            csrf: ui.csrf(),
            calendar: ui.calendar(),
        })
    }

    /// Someone else saved the row in the meantime: what both changed stands above what was typed, and what
    /// they alone changed in the form.
    async fn overtaken(
        &self,
        db: &TenantDb,
        ui: &Ui,
        mut answer: FormState,
        merged: Merged,
        now: &Row,
    ) -> Result {
        let is_theirs = |name: &str| merged.theirs.iter().any(|(known, ..)| *known == name);
        for (name, text) in self.of.typed(now, &ui.calendar()) {
            if is_theirs(&name) {
                answer = answer.with(&name, text);
            }
        }
        let answer = answer.with("version", self.of.version(now).unwrap_or_default());
        let answer = answer.with(OPENED, self.opened(now));
        let mut page = self.page(db, ui, answer, Some(now.id)).await?;
        page.overtaken = Some(Overtaken {
            at: self.of.updated_at(now),
            kept: merged.labels(),
            conflicts: merged.conflicts,
        });
        ui.conflict("Edit", &page)
    }

    /// The form of a new row that is like this one; none: there is no such row. What no two rows may share is
    /// left to be typed; the title says that it is a copy.
    async fn duplicate(
        &self,
        db: &TenantDb,
        id: Uuid,
        calendar: &Calendar,
    ) -> Result<Option<FormState>> {
        let Some(row) = self.of.find(db, id).await? else { return Ok(None) };
        let mut typed = self.of.typed(&row, calendar);
        for (name, text) in &mut typed {
            let field = self.of.field(name).map(|at| &self.of.fields[at].parts);
            let Some(parts) = field.filter(|parts| parts.taken.is_some()) else { continue };
            let copy = format!("{text} (copy)");
            *text = match parts.kind.control() {
                Control::Line { max, .. } if parts.is_title && copy.chars().count() <= max => copy,
                _ => String::new(),
            };
        }
        Ok(Some(FormState::new(typed, Errors::default())))
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
        match (&self.overtaken, &self.path) {
            (Some(_), _) => "Save mine".to_owned(),
            (None, Some(_)) => format!("Save {}", self.on.of.noun),
            (None, None) => format!("Create {}", self.on.of.noun),
        }
    }

    fn saved_meanwhile(&self, by: &Overtaken) -> String {
        let when = by.at.map(|at| format!("{}. ", self.calendar.ago(at))).unwrap_or_default();
        let kept = match by.kept.as_str() {
            "" => String::new(),
            kept => format!(" What only they changed is in the form already: {kept}."),
        };
        let rest = match by.conflicts.is_empty() {
            true => "",
            false => " You both changed this:",
        };
        format!("{when}Your changes aren't saved yet; they are below.{kept}{rest}")
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
