//! The screens, one file each.

mod delete;
mod edit;
mod form;
mod list;
mod show;

use platform::Routes;

/// The map of the app.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/widgets", list::list)
        .get("/widgets/new", edit::new)
        .post("/widgets", edit::create)
        .get("/widgets/{id}", show::show)
        .get("/widgets/{id}/edit", edit::edit)
        .post("/widgets/{id}", edit::save)
        .get("/widgets/{id}/delete", delete::ask)
        .post("/widgets/{id}/delete", delete::delete)
}
