//! The built-in roles, from least to most, and those that a workspace makes for itself.

use std::{fmt, str::FromStr};

use core_base::RoleId;
use sea_orm::{DeriveValueType, EnumIter, Iterable, sea_query::ValueTypeErr};

/// A built-in role. Each holds what those before it hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter)]
pub enum Role {
    /// Looks.
    Viewer,
    /// Works.
    Member,
    /// Runs the workspace.
    Admin,
    /// Owns it.
    Owner,
}

/// What a member is: a built-in role, or one of the workspace's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum AnyRole {
    /// A role that every workspace has.
    BuiltIn(Role),
    /// Made by this workspace.
    Custom(RoleId),
}

impl AnyRole {
    /// Is it the one above all others?
    pub fn is_owner(self) -> bool {
        self == Self::BuiltIn(Role::Owner)
    }

    /// The id, of a role that the workspace made.
    pub fn custom(self) -> Option<RoleId> {
        match self {
            Self::BuiltIn(_) => None,
            Self::Custom(id) => Some(id),
        }
    }
}

impl From<Role> for AnyRole {
    fn from(role: Role) -> Self {
        Self::BuiltIn(role)
    }
}

impl fmt::Display for AnyRole {
    /// As it is stored and sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(role) => f.write_str(role.as_str()),
            Self::Custom(id) => id.fmt(f),
        }
    }
}

impl FromStr for AnyRole {
    type Err = ValueTypeErr;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(role) = Role::parse(text) {
            return Ok(Self::BuiltIn(role));
        }
        text.parse().map(Self::Custom).map_err(|_| ValueTypeErr)
    }
}

impl Role {
    /// All of them, from least to most.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        Self::iter()
    }

    /// The role of this word, as stored and typed.
    pub fn parse(word: &str) -> Option<Self> {
        Self::iter().find(|role| role.as_str() == word)
    }

    /// What people read for a stored word.
    pub fn label_of(word: &str) -> Option<&'static str> {
        Self::parse(word).map(Self::label)
    }

    /// The word that is stored and typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The word that people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer",
            Self::Member => "Member",
            Self::Admin => "Admin",
            Self::Owner => "Owner",
        }
    }
}

#[cfg(test)]
mod tests {
    use core_base::RoleId;

    use super::{AnyRole, Role};

    #[test]
    fn what_is_stored_is_read_again() {
        for role in Role::all() {
            assert_eq!(Role::parse(role.as_str()), Some(role));
            assert_eq!(role.as_str().parse().ok(), Some(AnyRole::BuiltIn(role)));
        }
        let own = AnyRole::Custom(RoleId::new());
        assert_eq!(own.to_string().parse().ok(), Some(own));
        assert_eq!(Role::parse("root"), None);
        assert!("root".parse::<AnyRole>().is_err() && "".parse::<AnyRole>().is_err());
        assert!(Role::Owner > Role::Admin && Role::Member > Role::Viewer);
    }
}
