//! What roles may hold of this app.

use platform::{Permission, Role};

/// Decide what the workspace's own roles may do.
pub struct Manage;

impl Permission for Manage {
    const KEY: &'static str = "permissions.manage";
    const LABEL: &'static str = "Create, edit and delete roles";
    const FROM: Role = Role::Admin;
}
