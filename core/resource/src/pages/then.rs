//! A row as it was: after one of its changes or at the end of a day, and bringing fields back from there.

use std::sync::Arc;

use askama::Template;
use core_base::{Error, Result, text::capitalised};
use core_db::{Left, TenantDb, audit_entry as entry};
use core_http::{Form, Ui, see_other_with};
use core_ui::{self as ui, Calendar, Errors, FormState, Toast};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, Value};
use serde::Deserialize;
use uuid::Uuid;

use super::Pages;
use crate::{Draft, Input, Row, Saved, resource::Spec};

/// Which moment: right after an entry of the trail, or at the end of a day.
#[derive(Default, Deserialize)]
pub(crate) struct When {
    entry: Option<i64>,
    #[serde(default)]
    day: String,
}

/// What is brought back.
#[derive(Default, Deserialize)]
pub(crate) struct Restored {
    version: i64,
    #[serde(default)]
    field: Vec<String>,
}

impl Form for Restored {
    fn check(&self, errors: &mut Errors) {
        errors.ensure(!self.field.is_empty(), "", "Tick the fields to restore.");
    }
}

#[derive(Template)]
#[template(path = "resource/then.html")]
struct Then<'a> {
    path: String,
    title: String,
    /// The entry that left it so; none: it was not there yet, or nothing is known of that day.
    entry: Option<entry::Model>,
    lines: Vec<Line<'a>>,
    /// Why nothing is shown.
    why: &'static str,
    version: i64,
    /// The day that was asked for, as the field has it.
    day: String,
    may_manage: bool,
    answer: FormState,
    csrf: &'a str,
    calendar: Calendar,
}

/// A field then and now, in words.
struct Line<'a> {
    field: &'a Spec,
    then: String,
    now: String,
    value: Value,
    is_other: bool,
}

pub(super) async fn show(
    on: Arc<Pages>,
    may_manage: bool,
    db: TenantDb,
    ui: Ui,
    id: Uuid,
    when: When,
) -> Result {
    let row = on.of.find(&db, id).await?.ok_or(Error::NotFound)?;
    let ui = on.under(ui, &row);
    let page = on.then(&db, &ui, may_manage, &row, &when, FormState::empty()).await?;
    ui.page("As it was", &page)
}

pub(super) async fn restore(
    on: Arc<Pages>,
    db: TenantDb,
    ui: Ui,
    (id, when): (Uuid, When),
    form: Result<Restored, FormState>,
) -> Result {
    let row = on.of.find(&db, id).await?.ok_or(Error::NotFound)?;
    let ui = on.under(ui, &row);
    let form = match form {
        Ok(form) => form,
        Err(answer) => {
            return ui.invalid("As it was", &on.then(&db, &ui, true, &row, &when, answer).await?);
        }
    };
    let past = on.then(&db, &ui, true, &row, &when, FormState::empty()).await?;
    let wanted = |line: &&Line<'_>| {
        let parts = &line.field.parts;
        parts.is_in_form && form.field.iter().any(|name| name == parts.name)
    };
    let mut draft = Draft(vec![Input::Absent; on.of.fields.len()]);
    let mut errors = Errors::default();
    let mut labels = vec![];
    for line in past.lines.iter().filter(wanted) {
        let place = on.of.field(line.field.parts.name).unwrap_or_default();
        if on.of.writes.takes(line.field.at, &line.value) {
            draft.0[place] = Input::Is(line.value.clone());
            labels.push(line.field.parts.label);
        } else {
            errors.add(line.field.parts.name, "What was there then can't be kept any more.");
        }
    }
    errors.ensure(!labels.is_empty(), "", "Tick the fields to restore.");
    let wrong = match on.of.save(&db, id, Some(form.version), draft, errors).await? {
        Saved::Yes(_) => {
            let said = format!("{} restored", capitalised(&labels.join(", ")));
            return see_other_with(on.row_path(id), &Toast::success(said));
        }
        Saved::Wrong(errors) => errors,
        Saved::Overtaken(_) => {
            let mut errors = Errors::default();
            errors.add("", "Somebody changed it meanwhile. Look again at what it says now.");
            errors
        }
        Saved::Gone => return Err(Error::NotFound),
    };
    let typed = form.field.into_iter().map(|name| ("field".to_owned(), name)).collect();
    let answer = FormState::new(typed, wrong);
    ui.invalid("As it was", &on.then(&db, &ui, true, &row, &when, answer).await?)
}

impl Pages {
    async fn then<'a>(
        &'a self,
        db: &TenantDb,
        ui: &'a Ui,
        may_manage: bool,
        row: &Row,
        when: &When,
        answer: FormState,
    ) -> Result<Then<'a>> {
        let calendar = ui.calendar();
        let day = when.day.parse::<chrono::NaiveDate>().ok();
        let mut found = db
            .find::<entry::Entity>()
            .filter(entry::Column::Entity.eq(self.of.table()))
            .filter(entry::Column::RowId.eq(row.id.to_string()))
            .order_by_desc(entry::Column::Seq);
        if let Some(next) = day.and_then(|day| day.succ_opt()) {
            found = found.filter(entry::Column::At.lt(calendar.start_of(next)));
        } else if let Some(seq) = when.entry {
            found = found.filter(entry::Column::Seq.eq(seq));
        }
        let entry = found.one(db).await?;
        let mut page = Then {
            path: self.row_path(row.id),
            title: self.of.title(row),
            lines: vec![],
            why: "",
            version: self.of.version(row).unwrap_or_default(),
            day: day.map(|day| day.to_string()).unwrap_or_default(),
            entry: None,
            may_manage,
            answer,
            csrf: ui.csrf(),
            calendar,
        };
        let Some(entry) = entry else {
            page.why = "It was not there yet, or what it said is no longer kept.";
            return Ok(page);
        };
        let id = row.id.to_string();
        let values = match db.row_at(self.of.table(), &id, entry.seq).await? {
            Ok(values) => values,
            Err(Left::Gone) => {
                page.why = "It was deleted and brought back since: nothing is known of before.";
                return Ok(page);
            }
            Err(_) => {
                page.why = "What it said then is no longer kept.";
                return Ok(page);
            }
        };
        for field in self.of.shown() {
            let column = self.of.columns[field.at].name;
            let Some((_, value)) = values.iter().find(|(name, _)| name == column) else { continue };
            let Some(value) = field.stored.fit(value.clone()) else { continue };
            let Some(current) = row.value(field.at) else { continue };
            page.lines.push(Line {
                field,
                then: self.says(db, field, &value, &calendar).await?,
                now: self.says(db, field, current, &calendar).await?,
                is_other: &value != current,
                value,
            });
        }
        page.entry = Some(entry);
        Ok(page)
    }
}

impl Then<'_> {
    fn about(&self) -> String {
        match &self.entry {
            Some(entry) => {
                let at = self.calendar.moment(entry.at);
                format!("As it was from {at} until the next change.")
            }
            None => self.why.to_owned(),
        }
    }

    /// Can something be brought back?
    fn is_restorable(&self) -> bool {
        self.may_manage && self.lines.iter().any(|line| self.may_restore(line))
    }

    fn may_restore(&self, line: &Line<'_>) -> bool {
        self.may_manage && line.is_other && line.field.parts.is_in_form
    }

    /// Everything has a tick at first.
    fn is_ticked(&self, line: &Line<'_>) -> bool {
        !self.answer.is_rejected()
            || self.answer.values("field").any(|name| name == line.field.parts.name)
    }

    fn error(&self, line: &Line<'_>) -> Option<&str> {
        self.answer.error(line.field.parts.name)
    }
}
