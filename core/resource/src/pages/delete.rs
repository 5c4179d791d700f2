//! Deleting a row: a page that asks, which the row's page opens as a dialog.

use std::sync::Arc;

use core_base::{Error, Result};
use core_db::TenantDb;
use core_http::{Ui, see_other_with};
use core_ui::{Toast, confirm, isolated};
use uuid::Uuid;

use super::Pages;
use crate::Chosen;

pub(super) async fn ask(on: Arc<Pages>, db: TenantDb, ui: Ui, id: Uuid) -> Result {
    let row = on.of.find(&db, id).await?.ok_or(Error::NotFound)?;
    let (title, path) = (on.of.title(&row), on.row_path(id));
    let ui = ui.under(&on.title(), on.path).under(&title, &path);
    let action = format!("{path}/delete");
    let question = confirm("Delete", &title, "This can't be undone.", &action, ui.csrf());
    ui.page("Delete", &question.back(&path))
}

pub(super) async fn delete(on: Arc<Pages>, db: TenantDb, id: Uuid) -> Result {
    let row = on.of.find(&db, id).await?.ok_or(Error::NotFound)?;
    on.of.delete(&db, &Chosen::These(vec![id])).await?;
    let said = format!("{} deleted", isolated(&on.of.title(&row)));
    see_other_with(on.path, &Toast::success(said))
}
