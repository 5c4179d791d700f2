//! Workspaces: choosing one, entering it, and their life from creation to deletion.

mod admin;
mod commands;
pub mod emails;
pub mod invitation;
mod jobs;
pub mod member;
mod pages;
pub mod permissions;
pub mod seats;
pub mod setup;
#[cfg(test)]
mod tests;
pub mod workspace;

use platform::{App, NavEntry, once};

/// What this app brings.
pub fn app() -> App {
    let general = NavEntry::new("General", "/settings/general", "building-2");
    let members = NavEntry::new("Members", "/settings/members", "users");
    App::new("tenants")
        .title("Workspace")
        .owns::<setup::Entity>()
        .limit::<seats::Members>()
        .permission::<permissions::ManageWorkspace>()
        .permission::<permissions::SeeMembers>()
        .permission::<permissions::ManageMembers>()
        .account(pages::account_routes())
        .workspace(pages::workspace_routes())
        .nav(NavEntry::new("Home", "/", "house").first())
        .home::<permissions::SeeMembers>(pages::home::card)
        .job(jobs::erase_due)
        .job(jobs::tell_deleted)
        .every(once("*/10 * * * *", &jobs::EraseDue {}))
        .settings(general.needs::<permissions::ManageWorkspace>())
        .job(invitation::send_invitation)
        .on("tenants.tell_inviter", member::tell_inviter)
        .on("tenants.tell_removed", member::tell_removed)
        .settings(members.needs::<permissions::SeeMembers>())
        .in_admin::<_, permissions::SeeMembers>(admin::members(), "users")
        .in_admin::<_, permissions::ManageMembers>(admin::invitations(), "mail")
        .command(commands::tenant::run)
        .command(commands::member::run)
}
