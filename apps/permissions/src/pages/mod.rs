//! The screens, one file each.

mod delete;
mod matrix;
mod name;
mod new;
mod table;

use platform::Routes;

/// The table of all roles.
const LIST: &str = "/settings/roles";

/// The map of the app.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(LIST, matrix::matrix)
        .post(LIST, matrix::save)
        .get("/settings/roles/new", new::new)
        .post("/settings/roles/new", new::create)
        .get("/settings/roles/{id}", name::edit)
        .post("/settings/roles/{id}", name::save)
        .get("/settings/roles/{id}/delete", delete::ask)
        .post("/settings/roles/{id}/delete", delete::delete)
}
