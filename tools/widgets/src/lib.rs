//! Widgets: what the app brings.

mod demo;
mod pages;
mod permissions;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
pub mod widget;

// template: this paragraph is no part of a new app, whose migration lies in migrations/tenant
#[cfg(test)]
mod migration;
#[cfg(test)]
mod own;
#[cfg(test)]
#[expect(dead_code, reason = "the columns that other tables have")]
#[path = "../../../migrations/src/table.rs"]
mod table;

use platform::{App, NavEntry};

/// Everything this app brings.
pub fn app() -> App {
    App::new("widgets")
        .owns::<widget::Entity>()
        .permission::<permissions::View>()
        .permission::<permissions::Manage>()
        .workspace(pages::routes())
        .nav(NavEntry::new("Widgets", "/widgets", "folder-kanban").needs::<permissions::View>())
        .demo(demo::fill)
}
