//! What a role may do, and whether one may do all that another may.

use std::collections::BTreeSet;

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

use crate::{PermissionDef, Role};

/// The keys of permissions, as they are kept. One that no app declares any more grants nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct PermissionKeys(pub BTreeSet<String>);

/// What a role may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PermissionSet {
    /// All that this built-in role and those below it hold.
    BuiltIn(Role),
    /// Exactly these.
    Custom(PermissionKeys),
}

impl PermissionSet {
    /// Nothing at all.
    pub const NONE: Self = Self::Custom(PermissionKeys(BTreeSet::new()));

    /// May it do this?
    pub fn holds(&self, permission: &PermissionDef) -> bool {
        match self {
            Self::BuiltIn(role) => *role >= permission.from,
            Self::Custom(keys) => keys.0.contains(permission.key),
        }
    }

    /// Is it an owner's?
    pub fn is_owner(&self) -> bool {
        *self == Self::BuiltIn(Role::Owner)
    }

    /// May it do all that the other may? An owner's covers everything, and is covered by no other,
    /// whatever that one holds.
    pub fn covers(&self, other: &Self, permissions: &[PermissionDef]) -> bool {
        if self.is_owner() || other.is_owner() {
            return self.is_owner();
        }
        permissions.iter().all(|permission| self.holds(permission) || !other.holds(permission))
    }

    /// The keys of what it may do among `permissions`.
    pub fn keys(&self, permissions: &[PermissionDef]) -> PermissionKeys {
        let held = permissions.iter().filter(|permission| self.holds(permission));
        PermissionKeys(held.map(|permission| permission.key.to_owned()).collect())
    }
}
