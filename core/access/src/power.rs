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
    PermissionKeys(PermissionKeys),
}

impl PermissionSet {
    /// Nothing at all.
    pub const NONE: Self = Self::PermissionKeys(PermissionKeys(BTreeSet::new()));

    /// May it do this?
    pub fn holds(&self, grant: &PermissionDef) -> bool {
        match self {
            Self::BuiltIn(role) => *role >= grant.from,
            Self::PermissionKeys(keys) => keys.0.contains(grant.key),
        }
    }

    /// Is it an owner's?
    pub fn is_owner(&self) -> bool {
        *self == Self::BuiltIn(Role::Owner)
    }

    /// May it do all that the other may? An owner's covers everything, and is covered by no other,
    /// whatever that one holds.
    pub fn covers(&self, other: &Self, grants: &[PermissionDef]) -> bool {
        if self.is_owner() || other.is_owner() {
            return self.is_owner();
        }
        grants.iter().all(|grant| self.holds(grant) || !other.holds(grant))
    }

    /// The keys of what it may do among `grants`.
    pub fn keys(&self, grants: &[PermissionDef]) -> PermissionKeys {
        let held = grants.iter().filter(|grant| self.holds(grant));
        PermissionKeys(held.map(|grant| grant.key.to_owned()).collect())
    }
}
