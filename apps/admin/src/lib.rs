//! The admin: everything that apps describe, at one place, under each resource's own permissions.

mod index;

use platform::{
    App, NavEntry, Routes,
    resource::admin::{PATH, UseAdmin},
};

/// What this app brings. The lists and forms below its first page are drawn from the resources themselves.
pub fn app() -> App {
    App::new("admin")
        .permission::<UseAdmin>()
        .workspace(Routes::new().get(PATH, index::show))
        .nav(NavEntry::new("Admin", PATH, "table-2").needs::<UseAdmin>())
}
