//! One row: its fields, and what happened to it.

use std::sync::Arc;

use askama::Template;
use core_base::{Error, Result};
use core_db::TenantDb;
use core_http::{Ui, history};
use core_ui::{self as ui, Calendar, HistoryLine};
use uuid::Uuid;

use super::{Cell, Pages};
use crate::{Control, Row, action::ActionParts, resource::Spec};

/// Changes that the page shows.
const HISTORY: u64 = 20;

#[derive(Template)]
#[template(path = "resource/show.html")]
pub(super) struct Show<'a> {
    on: &'a Pages,
    row: &'a Row,
    title: String,
    path: String,
    may_manage: bool,
    /// What can be done to it.
    actions: Vec<&'a ActionParts>,
    history: Vec<HistoryLine>,
    calendar: Calendar,
    csrf: &'a str,
}

pub(super) async fn show(
    on: Arc<Pages>,
    may_manage: bool,
    db: TenantDb,
    ui: Ui,
    id: Uuid,
) -> Result {
    let row = on.of.find(&db, id).await?.ok_or(Error::NotFound)?;
    let ui = ui.under(&on.title(), on.path);
    let show = draw(&on, may_manage, &db, &ui, &row).await?;
    ui.page(&show.title, &show)
}

pub(super) async fn draw<'a>(
    on: &'a Pages,
    may_manage: bool,
    db: &TenantDb,
    ui: &'a Ui,
    row: &'a Row,
) -> Result<Show<'a>> {
    let calendar = ui.calendar();
    let mut history = history(db, &on.of.name, &row.id.to_string(), HISTORY).await?;
    for line in &mut history {
        line.changes.retain(|change| !on.of.is_hidden(&change.column));
        for change in &mut line.changes {
            on.of.retell(change, &calendar);
        }
    }
    let mut actions = vec![];
    for action in on.of.actions.iter().filter(|_| may_manage) {
        if action.is_possible(row)? {
            actions.push(action);
        }
    }
    let (title, path) = (on.of.title(row), on.row_path(row.id));
    Ok(Show { on, row, title, path, may_manage, actions, history, calendar, csrf: ui.csrf() })
}

impl Show<'_> {
    /// Texts of several lines, each a panel of its own.
    fn texts(&self) -> impl Iterator<Item = &Spec> {
        self.on.of.shown().filter(|field| is_long(field))
    }

    /// All others, without the times, which stand below.
    fn facts(&self) -> impl Iterator<Item = &Spec> {
        let is_time =
            |field: &Spec| [self.on.of.created, self.on.of.updated].contains(&Some(field.at));
        let all = self.on.of.shown().filter(|field| !field.parts.is_title && !is_long(field));
        all.filter(move |field| !is_time(field) && !is_badge(field))
    }

    /// Choices that stand beside the title.
    fn badges(&self) -> impl Iterator<Item = &Spec> {
        self.on.of.shown().filter(|field| is_badge(field))
    }

    /// Where it is shown as it was.
    fn then(&self) -> String {
        format!("{}/then?entry=", self.path)
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
