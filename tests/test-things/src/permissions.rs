//! Who may see things, work on them, and know what they cost.

use platform::{Permission, Role};

/// Look at things.
pub struct View;

impl Permission for View {
    const KEY: &'static str = "things.view";
    const LABEL: &'static str = "See things";
    const FROM: Role = Role::Viewer;
}

/// Work on things.
pub struct Manage;

impl Permission for Manage {
    const KEY: &'static str = "things.manage";
    const LABEL: &'static str = "Create, edit and delete things";
    const FROM: Role = Role::Member;
}

/// Know what things cost.
pub struct Price;

impl Permission for Price {
    const KEY: &'static str = "things.price";
    const LABEL: &'static str = "Set prices";
    const FROM: Role = Role::Admin;
}
