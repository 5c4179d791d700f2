//! Roles: what each may do, and those that a workspace makes for itself.

mod pages;
mod permissions;
#[cfg(test)]
mod tests;

use platform::{App, NavEntry};

/// What this app brings.
pub fn app() -> App {
    let roles = NavEntry::new("Roles", "/settings/roles", "user-cog");
    App::new("permissions")
        .title("Workspace")
        .permission::<permissions::Manage>()
        .workspace(pages::routes())
        .settings(roles.needs::<permissions::Manage>())
}
