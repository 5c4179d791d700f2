//! Widgets: what the app brings.

mod demo;
mod permissions;
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

use permissions::{Manage, View};
use platform::App;

/// Everything this app brings.
pub fn app() -> App {
    App::new("widgets")
        .permission::<View>()
        .permission::<Manage>()
        .resource::<_, View, Manage>(widget::resource(), "/widgets", "folder-kanban")
        .demo(demo::fill)
}
