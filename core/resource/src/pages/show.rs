//! One row: its fields, and what happened to it.

use std::sync::Arc;

use askama::Template;
use core_base::{Error, Result};
use core_db::TenantDb;
use core_http::{Ui, history};
use core_ui::{self as ui, Calendar, HistoryLine};
use uuid::Uuid;

use super::{Cell, Screens};
use crate::{Row, resource::Spec};

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
    let history = history(&db, &on.of.name, &id.to_string(), HISTORY).await?;
    let show = Show { on: &on, row: &row, title, path, may_manage, history, calendar };
    let ui = ui.under(&on.title(), on.path);
    ui.page(&show.title, &show)
}

impl Show<'_> {
    /// All but the title, which stands above.
    fn fields(&self) -> impl Iterator<Item = &Spec> {
        self.on.of.fields.iter().filter(|field| !field.parts.is_title)
    }

    fn cell<'a>(&'a self, field: &'a Spec) -> Cell<'a> {
        Cell { of: &self.on.of, field, row: self.row, calendar: &self.calendar }
    }
}
