//! Deleting a widget: a page that asks, and the same question as a dialog on the widget's page.

use platform::{
    Can, Path, Result, TenantDb, Ui, see_other_with,
    ui::{Confirm, Toast, confirm},
};
use sea_orm::prelude::Uuid;

use crate::{permissions::Manage, widget};

pub(crate) async fn ask(_: Can<Manage>, db: TenantDb, ui: Ui, Path(id): Path<Uuid>) -> Result {
    let widget = db.get::<widget::Entity>(id).await?;
    let (path, title) = (widget.path(), title(&widget.name));
    let ui = ui.under("Projects", "/widgets").under(&widget.name, &path);
    let action = format!("{path}/delete");
    ui.page("Delete", &question(&title, &action, ui.csrf()).panel(&path))
}

pub(crate) async fn delete(_: Can<Manage>, db: TenantDb, Path(id): Path<Uuid>) -> Result {
    let widget = db.get::<widget::Entity>(id).await?;
    widget::delete(&db, id).await?;
    see_other_with("/widgets", &Toast::success(format!("{} is deleted", widget.name)))
}

pub(super) fn title(name: &str) -> String {
    format!("Delete {name}?")
}

pub(super) fn question<'a>(title: &'a str, action: &'a str, csrf: &'a str) -> Confirm<'a> {
    confirm(title, "This cannot be undone.", action, csrf).button("Delete widget")
}
