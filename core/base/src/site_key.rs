//! Names the kinds of hosts that a person can be signed in at.

use std::fmt;

/// The key of a site: what its sessions are stored under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SiteKey(&'static str);

impl SiteKey {
    /// Where people sign in and keep their account.
    pub const ACCOUNT: Self = Self("account");
    /// The workspaces, each on a host of its own.
    pub const WORKSPACE: Self = Self("workspace");

    /// A site of one's own, by a word that stays: sessions are stored under it.
    pub const fn new(key: &'static str) -> Self {
        Self(key)
    }

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for SiteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
