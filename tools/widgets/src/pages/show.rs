//! One widget.

use askama::Template;
use platform::{
    Can, Path, Result, TenantDb, Ui,
    ui::{self, Calendar, Confirm},
};
use sea_orm::prelude::Uuid;

use super::delete;
use crate::{
    permissions::{Manage, View},
    widget,
};

#[derive(Template)]
#[template(path = "widgets/show.html")]
struct Show<'a> {
    widget: &'a widget::Model,
    path: &'a str,
    question: Option<Confirm<'a>>,
    calendar: Calendar,
}

pub(crate) async fn show(who: Can<View>, db: TenantDb, ui: Ui, Path(id): Path<Uuid>) -> Result {
    let widget = db.get::<widget::Entity>(id).await?;
    let ui = ui.under("Widgets", "/widgets");
    let (path, title) = (widget.path(), delete::title(&widget.name));
    let action = format!("{path}/delete");
    let question = who.may::<Manage>().then(|| delete::question(&title, &action, ui.csrf()));
    let show = Show { widget: &widget, path: &path, question, calendar: ui.calendar() };
    ui.page(&widget.name, &show)
}
