//! One widget.

use askama::Template;
use platform::{
    Can, Path, Result, TenantDb, Ui,
    ui::{self, Calendar},
};

use crate::{
    permissions::{Manage, View},
    widget::{self, WidgetId},
};

#[derive(Template)]
#[template(path = "widgets/show.html")]
struct Show<'a> {
    widget: &'a widget::Model,
    path: &'a str,
    may_manage: bool,
    calendar: Calendar,
}

pub(crate) async fn show(who: Can<View>, db: TenantDb, ui: Ui, Path(id): Path<WidgetId>) -> Result {
    let widget = db.get::<widget::Entity>(id).await?;
    let ui = ui.under("Widgets", "/widgets");
    let (path, may_manage) = (widget.path(), who.may::<Manage>());
    let show = Show { widget: &widget, path: &path, may_manage, calendar: ui.calendar() };
    ui.page(&widget.name, &show)
}
