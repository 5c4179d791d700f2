//! The audit log: who changed what, when and where from, shown, exported and verified.

mod command;
mod pages;
mod permissions;
#[cfg(test)]
mod tests;

use platform::{App, NavEntry};

/// What this app brings.
pub fn app() -> App {
    let log = NavEntry::new("Audit log", pages::LOG, "scroll-text");
    App::new("audit")
        .title("Workspace")
        .permission::<permissions::View>()
        .workspace(pages::routes())
        .settings(log.needs::<permissions::View>())
        .command(command::run)
}
