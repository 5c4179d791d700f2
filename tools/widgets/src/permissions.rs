//! What roles may hold of this app.

use platform::{Permission, Role};

/// Look at widgets.
pub struct View;

impl Permission for View {
    const KEY: &'static str = "widgets.view";
    const LABEL: &'static str = "See widgets";
    const FROM: Role = Role::Viewer;
}

/// Work on widgets.
pub struct Manage;

impl Permission for Manage {
    const KEY: &'static str = "widgets.manage";
    const LABEL: &'static str = "Create, edit and delete widgets";
    const FROM: Role = Role::Member;
}
