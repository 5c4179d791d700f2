//! Ids as types of their own, so that a member is never taken for a user.

use uuid::Uuid;

/// Makes ids of tables: `ids! { /// A project. ProjectId }`. Entities have them as columns.
#[macro_export]
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize,
            serde::Deserialize, sea_orm::DeriveValueType
        )]
        pub struct $name(pub sea_orm::prelude::Uuid);
        impl $name {
            /// A new id; they sort by the time they were made.
            pub fn new() -> Self { Self(sea_orm::prelude::Uuid::now_v7()) }
        }
        impl Default for $name { fn default() -> Self { Self::new() } }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
        impl std::str::FromStr for $name {
            type Err = <sea_orm::prelude::Uuid as std::str::FromStr>::Err;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self) }
        }
        // No id is a number that a database counts.
        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )*};
}

ids! {
    /// One customer's isolated data; never shown, never guessable from the slug.
    TenantId
    /// A person's identity, in the catalogue.
    UserId
    /// That person inside one tenant, in the tenant's schema.
    MemberId
    /// One signed-in browser at one site.
    SessionId
    /// A role that a workspace made for itself.
    RoleId
}

impl TenantId {
    /// The opaque name of the tenant's schema, and of its file without the ending: `t_` and 32 hex digits.
    pub fn schema(&self) -> String {
        format!("t_{}", self.0.simple())
    }

    /// The tenant whose schema, role or file has a name that ends so.
    pub fn from_schema(name: &str) -> Option<Self> {
        let at = name.len().checked_sub(34)?;
        let id = name.get(at..)?.strip_prefix("t_")?;
        Uuid::try_parse(id).ok().map(Self)
    }
}
