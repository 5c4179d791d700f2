//! Deleting a widget: a page that asks, which the widget's page opens as a dialog.

use platform::{
    Can, Path, Result, TenantDb, Ui, see_other_with,
    ui::{Toast, confirm},
};

use crate::{
    permissions::Manage,
    widget::{self, WidgetId},
};

pub(crate) async fn ask(_: Can<Manage>, db: TenantDb, ui: Ui, Path(id): Path<WidgetId>) -> Result {
    let widget = db.get::<widget::Entity>(id).await?;
    let path = widget.path();
    let ui = ui.under("Widgets", "/widgets").under(&widget.name, &path);
    let action = format!("{path}/delete");
    let text = "This can't be undone.";
    ui.page("Delete", &confirm("Delete", &widget.name, text, &action, ui.csrf()).back(&path))
}

pub(crate) async fn delete(_: Can<Manage>, db: TenantDb, Path(id): Path<WidgetId>) -> Result {
    let widget = db.get::<widget::Entity>(id).await?;
    widget::delete(&db, id).await?;
    see_other_with("/widgets", &Toast::success(format!("{} deleted", widget.name)))
}
