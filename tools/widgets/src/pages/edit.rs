//! Creating and editing a widget.

use askama::Template;
use platform::{
    Can, Path, Result, Submitted, TenantDb, Ui, see_other_with,
    ui::{self, FormState, Toast},
};

use super::form::{NAME_TAKEN, WidgetForm};
use crate::{
    permissions::Manage,
    widget::{self, Model, NameTaken, Saved, WidgetId},
};

#[derive(Template)]
#[template(path = "widgets/edit.html")]
struct Edit<'a> {
    answer: FormState,
    /// None: it is about to be created.
    widget: Option<&'a Model>,
    /// What the widget says by now, where somebody saved it meanwhile.
    theirs: Option<Vec<(&'static str, String)>>,
    csrf: &'a str,
}

pub(crate) async fn new(_: Can<Manage>, ui: Ui) -> Result {
    let ui = ui.under("Widgets", "/widgets");
    ui.page("New widget", &Edit::new(FormState::empty(), None, &ui))
}

pub(crate) async fn create(
    _: Can<Manage>,
    db: TenantDb,
    ui: Ui,
    Submitted(form): Submitted<WidgetForm>,
) -> Result {
    let answer = match form {
        Ok(form) => match widget::create(&db, form.draft()).await? {
            Ok(widget) => return see_other_with(widget.path(), &Toast::success("Widget created")),
            Err(NameTaken) => form.answer().reject("name", NAME_TAKEN),
        },
        Err(answer) => answer,
    };
    let ui = ui.under("Widgets", "/widgets");
    ui.invalid("New widget", &Edit::new(answer, None, &ui))
}

pub(crate) async fn edit(_: Can<Manage>, db: TenantDb, ui: Ui, Path(id): Path<WidgetId>) -> Result {
    let widget = db.get::<widget::Entity>(id).await?;
    let ui = ui.under("Widgets", "/widgets").under(&widget.name, &widget.path());
    ui.page("Edit", &Edit::new(WidgetForm::of(&widget).answer(), Some(&widget), &ui))
}

pub(crate) async fn save(
    _: Can<Manage>,
    db: TenantDb,
    ui: Ui,
    Path(id): Path<WidgetId>,
    Submitted(form): Submitted<WidgetForm>,
) -> Result {
    let widget = db.get::<widget::Entity>(id).await?;
    let ui = ui.under("Widgets", "/widgets").under(&widget.name, &widget.path());
    let answer = match form {
        Ok(form) => match widget::save(&db, &widget, form.version, form.draft()).await? {
            Saved::Yes => return see_other_with(widget.path(), &Toast::success("Widget saved")),
            Saved::NameTaken => form.answer().reject("name", NAME_TAKEN),
            Saved::Overtaken => {
                // Read again: it may have been saved since this request began.
                let widget = db.get::<widget::Entity>(id).await?;
                let answer = form.answer().with("version", widget.version);
                let mut page = Edit::new(answer, Some(&widget), &ui);
                page.theirs = Some(form.differences(&widget));
                return ui.conflict("Edit", &page);
            }
        },
        Err(answer) => answer,
    };
    ui.invalid("Edit", &Edit::new(answer, Some(&widget), &ui))
}

impl<'a> Edit<'a> {
    fn new(answer: FormState, widget: Option<&'a Model>, ui: &'a Ui) -> Self {
        Self { answer, widget, theirs: None, csrf: ui.csrf() }
    }

    fn path(&self) -> String {
        self.widget.map_or("/widgets".to_owned(), Model::path)
    }

    fn edit_path(&self) -> String {
        format!("{}/edit", self.path())
    }

    fn title(&self) -> &'static str {
        if self.widget.is_some() { "Edit widget" } else { "New widget" }
    }

    fn button(&self) -> &'static str {
        match (&self.theirs, self.widget) {
            (Some(_), _) => "Save mine",
            (None, Some(_)) => "Save widget",
            (None, None) => "Create widget",
        }
    }
}
