//! One row: its fields, and what happened to it.

use std::sync::Arc;

use askama::Template;
use core_base::{Error, Result};
use core_db::TenantDb;
use core_http::{Ui, history};
use core_ui::{self as ui, Calendar, HistoryLine};
use uuid::Uuid;

use super::{Cell, Screens};
use crate::{Control, Row, resource::Spec};

/// Changes that the page shows.
const HISTORY: u64 = 20;

#[derive(Template)]
#[template(path = "resource/show.html")]
struct Show<'a> {
    on: &'a Screens,
    row: &'a Row,
    title: String,
    path: String,
    may_manage: bool,
    history: Vec<HistoryLine>,
    calendar: Calendar,
}

pub(super) async fn show(
    on: Arc<Screens>,
    may_manage: bool,
    db: TenantDb,
    ui: Ui,
    id: Uuid,
) -> Result {
    let row = on.of.find(&db, id).await?.ok_or(Error::NotFound)?;
    let (title, path, calendar) = (on.of.title(&row), on.row_path(id), ui.calendar());
    let mut history = history(&db, &on.of.name, &id.to_string(), HISTORY).await?;
    for change in history.iter_mut().flat_map(|line| &mut line.changes) {
        on.of.retell(change, &calendar);
    }
    let show = Show { on: &on, row: &row, title, path, may_manage, history, calendar };
    let ui = ui.under(&on.title(), on.path);
    ui.page(&show.title, &show)
}

impl Show<'_> {
    /// Texts of several lines, each a panel of its own.
    fn texts(&self) -> impl Iterator<Item = &Spec> {
        self.on.of.fields.iter().filter(|field| is_long(field))
    }

    /// All others, without the times, which stand below.
    fn facts(&self) -> impl Iterator<Item = &Spec> {
        let is_time =
            |field: &Spec| [self.on.of.created, self.on.of.updated].contains(&Some(field.at));
        let all = self.on.of.fields.iter().filter(|field| !field.parts.is_title && !is_long(field));
        all.filter(move |field| !is_time(field) && !is_badge(field))
    }

    /// Choices that stand beside the title.
    fn badges(&self) -> impl Iterator<Item = &Spec> {
        self.on.of.fields.iter().filter(|field| is_badge(field))
    }

    fn is_empty(&self, field: &Spec) -> bool {
        self.on.of.words(self.row, field, &self.calendar).is_empty()
    }

    fn none(&self, field: &Spec) -> String {
        format!("No {} yet.", field.parts.label.to_lowercase())
    }

    fn cell<'a>(&'a self, field: &'a Spec) -> Cell<'a> {
        Cell { of: &self.on.of, field, row: self.row, calendar: &self.calendar, is_detail: true }
    }
}

fn is_long(field: &Spec) -> bool {
    matches!(field.parts.kind.control(), Control::Lines { .. })
}

fn is_badge(field: &Spec) -> bool {
    let is_choice = matches!(field.parts.kind.control(), Control::Choice(_));
    field.parts.is_under_title && is_choice && field.parts.referred.is_none()
}
