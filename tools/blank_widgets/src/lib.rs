//! Blank_widgets: what the app brings.

mod page;
mod permissions;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

use platform::{App, NavEntry, Routes};

/// Everything this app brings.
pub fn app() -> App {
    let entry = NavEntry::new("Blank_widgets", "/blank_widgets", "folder-kanban");
    App::new("blank_widgets")
        .permission::<permissions::View>()
        .workspace(Routes::new().get("/blank_widgets", page::show))
        .nav(entry.needs::<permissions::View>())
}
