//! What roles may hold of this app.

use platform::{Permission, Role};

/// Look at blank_widgets.
pub struct View;

impl Permission for View {
    const KEY: &'static str = "blank_widgets.view";
    const LABEL: &'static str = "See blank_widgets";
    const FROM: Role = Role::Viewer;
}
