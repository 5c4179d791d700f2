//! Ids as types of their own, so that a member is never taken for a user.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(pub Uuid);
        impl $name {
            /// A new id; they sort by the time they were made.
            pub fn new() -> Self { Self(Uuid::now_v7()) }
        }
        impl Default for $name { fn default() -> Self { Self::new() } }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
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

impl std::str::FromStr for RoleId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
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
