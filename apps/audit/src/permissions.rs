//! What roles may hold of this app.

use platform::{Permission, Role};

/// Read and export what everybody did.
pub struct View;

impl Permission for View {
    const KEY: &'static str = "audit.view";
    const LABEL: &'static str = "See and export the audit log";
    const FROM: Role = Role::Admin;
}
