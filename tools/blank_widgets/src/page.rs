//! The page of blank_widgets.

use askama::Template;
use platform::{Can, Result, Ui, ui};

use crate::permissions::View;

#[derive(Template)]
#[template(path = "blank_widgets/page.html")]
struct Page;

pub(crate) async fn show(_: Can<View>, ui: Ui) -> Result {
    ui.page("Blank_widgets", &Page)
}
