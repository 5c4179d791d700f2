//! Projects: the example app. Copy this folder to start your own.

mod demo;
mod pages;
mod permissions;
pub mod project;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

use platform::{App, NavEntry};

/// Everything this app brings.
pub fn app() -> App {
    App::new("projects")
        .owns::<project::Entity>()
        .limit::<project::Projects>()
        .guard(project::keep_owner)
        .permission::<permissions::View>()
        .permission::<permissions::Manage>()
        .workspace(pages::routes())
        .nav(NavEntry::new("Projects", "/projects", "folder-kanban").needs::<permissions::View>())
        .home::<permissions::View>(pages::home::card)
        .demo(demo::fill)
}
