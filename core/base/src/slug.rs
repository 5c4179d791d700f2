//! What people type to name things: a workspace's address and an e-mail address.

use std::fmt;

use serde::Serialize;

/// Names that a workspace can't take: ours, the web's and the mail's.
const RESERVED: &[&str] = &[
    "www",
    "api",
    "admin",
    "app",
    "mail",
    "smtp",
    "imap",
    "pop",
    "ftp",
    "ns",
    "ns1",
    "ns2",
    "auth",
    "login",
    "logout",
    "signup",
    "account",
    "accounts",
    "console",
    "staff",
    "static",
    "assets",
    "cdn",
    "files",
    "media",
    "support",
    "help",
    "status",
    "docs",
    "blog",
    "dev",
    "test",
    "staging",
    "localhost",
    "autodiscover",
    "autoconfig",
    "mta-sts",
    "wpad",
    "isatap",
    "webmaster",
    "postmaster",
    "hostmaster",
    "abuse",
    "security",
    "root",
    "billing",
    "pricing",
];

/// The address of a workspace: 3 to 40 of `a-z`, `0-9` and single hyphens inside.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Slug(String);

impl Slug {
    /// Checks what somebody typed; the error says what to change.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        if !(3..=40).contains(&text.len()) {
            return Err("Use 3 to 40 characters.");
        }
        if !text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
            return Err("Use small letters a to z, digits and hyphens only.");
        }
        if text.starts_with('-') || text.ends_with('-') || text.contains("--") {
            return Err("Hyphens go between letters or digits, one at a time.");
        }
        if RESERVED.contains(&text) {
            return Err("This address is reserved. Choose a different one.");
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An e-mail address as it is stored and looked up: trimmed and in small letters; `None` when it
/// cannot be one. Whether it exists only a mail can prove.
pub fn normalise_email(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let (local, domain) = text.rsplit_once('@')?;
    let plain = |c: char| {
        !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | '"' | ',' | ';')
    };
    let well_formed = text.len() <= 254
        && !local.is_empty()
        && local.len() <= 64
        && text.chars().all(plain)
        && !local.contains('@')
        && domain.split('.').count() >= 2
        && domain.split('.').all(|part| !part.is_empty() && part.len() <= 63);
    well_formed.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::{Slug, normalise_email};

    #[test]
    fn a_slug_is_plain_and_not_ours() {
        for good in ["acme", "acme-rockets", "a1b", "t0001"] {
            assert!(Slug::parse(good).is_ok(), "{good}");
        }
        for bad in
            ["", "ab", "Acme", "a--b", "-ab", "ab-", "a_b", "a.b", "ac\u{430}me", "www", "xn--abc"]
        {
            assert!(Slug::parse(bad).is_err(), "{bad}");
        }
        assert!(Slug::parse(&"a".repeat(41)).is_err());
    }

    #[test]
    fn an_address_is_trimmed_and_small() {
        assert_eq!(normalise_email(" Ada@Example.COM "), Some("ada@example.com".into()));
        for bad in ["", "a", "a@b", "@b.c", "a b@c.d", "a@b..c", "a@b.c\nBcc: x@y.z", "a@b@c.d"] {
            assert_eq!(normalise_email(bad), None, "{bad}");
        }
    }
}
