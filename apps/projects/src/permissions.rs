//! What roles may hold of this app.

use platform::{Permission, Role};

/// Look at projects.
pub struct View;

impl Permission for View {
    const KEY: &'static str = "projects.view";
    const LABEL: &'static str = "See projects";
    const FROM: Role = Role::Viewer;
}

/// Work on projects.
pub struct Manage;

impl Permission for Manage {
    const KEY: &'static str = "projects.manage";
    const LABEL: &'static str = "Create, edit and delete projects";
    const FROM: Role = Role::Member;
}
