//! Workspaces: choosing one, entering it, and their life from creation to deletion.

pub mod invitation;
pub mod letters;
pub mod member;
mod pages;
mod permissions;
#[cfg(test)]
mod tests;
pub mod workspace;

use platform::{App, NavEntry};

/// What this app brings.
pub fn app() -> App {
    let members = NavEntry::new("Members", "/settings/members", "users");
    App::new("tenants")
        .title("Workspace")
        .permission::<permissions::SeeMembers>()
        .permission::<permissions::ManageMembers>()
        .account(pages::account_routes())
        .workspace(pages::workspace_routes())
        .job(invitation::send_invitation)
        .settings(members.needs::<permissions::SeeMembers>())
}
