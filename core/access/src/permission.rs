//! Permissions: what an app declares that roles may hold.

use crate::Role;

/// One thing a role may be allowed to do.
pub trait Permission: Send + Sync + 'static {
    /// `app.verb`, unique.
    const KEY: &'static str;
    /// What a person reads in the list of permissions.
    const LABEL: &'static str;
    /// The lowest of the built-in roles that holds it.
    const FROM: Role;
}

/// A permission as a value, for tables and sweeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PermissionDef {
    /// [`Permission::KEY`].
    pub key: &'static str,
    /// [`Permission::LABEL`].
    pub label: &'static str,
    /// [`Permission::FROM`].
    pub from: Role,
}

impl PermissionDef {
    /// The permission `P` as a value.
    pub const fn of<P: Permission>() -> Self {
        Self { key: P::KEY, label: P::LABEL, from: P::FROM }
    }
}
