//! What roles may hold of this app.

use platform::{Permission, Role};

/// See what the workspace pays, and change it.
pub struct ManageBilling;

impl Permission for ManageBilling {
    const KEY: &'static str = "billing.manage";
    const LABEL: &'static str = "Manage plan, payment and invoices";
    const FROM: Role = Role::Owner;
}
