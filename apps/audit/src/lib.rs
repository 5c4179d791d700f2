//! The audit log: who changed what, when and where from, shown, exported and verified.

mod command;
mod json_line;
mod pages;
mod permissions;
mod retention;
#[cfg(test)]
mod tests;

use platform::{App, NavEntry, each_tenant, once};

/// What this app brings.
pub fn app() -> App {
    let log = NavEntry::new("Audit log", pages::LOG, "scroll-text");
    App::new("audit")
        .title("Workspace")
        .permission::<permissions::View>()
        .workspace(pages::routes())
        .settings(log.needs::<permissions::View>())
        .extension(retention::Kept::read)
        .job(retention::trim)
        .every(each_tenant("41 3 * * *", &retention::Trim {}))
        .job(retention::trim_catalog)
        .every(once("31 3 * * *", &retention::TrimCatalog {}))
        .command(command::run)
}
