//! Deleting a row: a page that asks, which the row's page opens as a dialog.

use std::sync::Arc;

use core_base::{Error, Result};
use core_db::TenantDb;
use core_http::{Ui, see_other_with};
use core_ui::{Toast, confirm, isolated};
use uuid::Uuid;

use super::Pages;
use crate::{Chosen, undo::Kind};

pub(super) async fn ask(on: Arc<Pages>, db: TenantDb, ui: Ui, id: Uuid) -> Result {
    let row = on.of.find(&db, id).await?.ok_or(Error::NotFound)?;
    let (title, path) = (on.of.title(&row), on.row_path(id));
    let ui = ui.under(&on.title(), on.path).under(&title, &path);
    let action = format!("{path}/delete");
    let about = about(on.of.is_restorable(&db));
    let question = confirm("Delete", &title, about, &action, ui.csrf());
    ui.page("Delete", &question.back(&path))
}

pub(super) async fn delete(on: Arc<Pages>, db: TenantDb, id: Uuid) -> Result {
    let row = on.of.find(&db, id).await?.ok_or(Error::NotFound)?;
    let many = on.of.delete(&db, &Chosen::These(vec![id])).await?;
    let toast = Toast::success(format!("{} deleted", isolated(&on.of.title(&row))));
    let words = format!("Deleted {}", on.count(many));
    see_other_with(on.path, &on.undoable(&db, toast, Kind::Delete, words, many).await?)
}

/// What becomes of what is deleted, in a sentence.
pub(super) fn about(is_restorable: bool) -> &'static str {
    match is_restorable {
        true => "You can bring it back for 30 days.",
        false => "This can't be undone.",
    }
}
