//! The screens, one file each.

mod bulk;
mod delete;
mod edit;
mod form;
pub(crate) mod home;
mod list;
mod show;

use platform::Routes;

/// The map of the app.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/projects", list::list)
        .get("/projects/new", edit::new)
        .post("/projects", edit::create)
        .post("/projects/bulk", bulk::bulk)
        .get("/projects/{id}", show::show)
        .get("/projects/{id}/edit", edit::edit)
        .post("/projects/{id}", edit::save)
        .get("/projects/{id}/delete", delete::ask)
        .post("/projects/{id}/delete", delete::delete)
}
