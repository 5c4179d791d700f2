//! What roles may hold of this app.

use platform::{Permission, Role};

/// Decide what the workspace asks of how its members log in.
pub struct ManageSecurity;

impl Permission for ManageSecurity {
    const KEY: &'static str = "accounts.manage_security";
    const LABEL: &'static str = "Decide how members have to log in";
    const FROM: Role = Role::Owner;
}
