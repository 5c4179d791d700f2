//! What roles may hold of this app.

use platform::{Permission, Role};

/// Look at the list of members.
pub struct SeeMembers;

impl Permission for SeeMembers {
    const KEY: &'static str = "tenants.see_members";
    const LABEL: &'static str = "See members and their email addresses";
    const FROM: Role = Role::Viewer;
}

/// Decide who is a member, and as what.
pub struct ManageMembers;

impl Permission for ManageMembers {
    const KEY: &'static str = "tenants.manage_members";
    const LABEL: &'static str = "Invite and remove members, and change their roles";
    const FROM: Role = Role::Admin;
}

/// Change what the workspace is called and where it is.
pub struct ManageWorkspace;

impl Permission for ManageWorkspace {
    const KEY: &'static str = "tenants.manage";
    const LABEL: &'static str = "Change the workspace's name, address and time zone";
    const FROM: Role = Role::Admin;
}
