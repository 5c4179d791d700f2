//! The built-in roles, from least to most.

use sea_orm::{DeriveActiveEnum, EnumIter, Iterable, sea_query::StringLen};

/// What a member is. Each role holds what those before it hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Role {
    /// Looks.
    #[sea_orm(string_value = "viewer")]
    Viewer,
    /// Works.
    #[sea_orm(string_value = "member")]
    Member,
    /// Runs the workspace.
    #[sea_orm(string_value = "admin")]
    Admin,
    /// Owns it.
    #[sea_orm(string_value = "owner")]
    Owner,
}

impl Role {
    /// The role of this word, as stored and typed.
    pub fn parse(word: &str) -> Option<Self> {
        Self::iter().find(|role| role.word() == word)
    }

    /// The word that is stored and typed.
    pub fn word(self) -> &'static str {
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
    use sea_orm::{ActiveEnum, Iterable};

    use super::Role;

    #[test]
    fn words_are_what_is_stored() {
        for role in Role::iter() {
            assert_eq!(Role::parse(role.word()), Some(role));
            assert_eq!(role.to_value(), role.word());
        }
        assert_eq!(Role::parse("root"), None);
        assert!(Role::Owner > Role::Admin && Role::Member > Role::Viewer);
    }
}
