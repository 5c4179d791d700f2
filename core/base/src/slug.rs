//! What people type to name things: a workspace's address and an e-mail address.

use std::fmt;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

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

/// The longest address.
const LONGEST: usize = 40;

impl Slug {
    /// Checks what somebody typed; the error says what to change.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        check_form(text)?;
        if RESERVED.contains(&text) {
            return Err("This address is reserved. Choose a different one.");
        }
        let seen = skeleton(text);
        if RESERVED.iter().any(|reserved| skeleton(reserved) == seen) {
            return Err("This address looks like one that is reserved. Choose a different one.");
        }
        Ok(Self(text.to_owned()))
    }

    /// Can this be the address of a workspace that exists? One that was taken before a word became
    /// reserved keeps working.
    pub fn is_well_formed(text: &str) -> bool {
        check_form(text).is_ok()
    }

    /// The address that a name suggests: `Café Søn & Co` → `cafe-son-co`, and letters of other
    /// scripts as they sound. It need not be good: a short name suggests too little.
    pub fn suggest(name: &str) -> String {
        let plain = name.nfkc().filter_map(deunicode::deunicode_char).flat_map(str::chars);
        let mut slug = String::new();
        for c in plain {
            if c.is_ascii_alphanumeric() {
                slug.push(c.to_ascii_lowercase());
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
            if slug.len() == LONGEST {
                break;
            }
        }
        slug.trim_end_matches('-').to_owned()
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

fn check_form(text: &str) -> Result<(), &'static str> {
    if !(3..=LONGEST).contains(&text.len()) {
        return Err("Use 3 to 40 characters.");
    }
    if !text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
        return Err("Use only lowercase letters (a to z), digits and hyphens.");
    }
    if text.starts_with('-') || text.ends_with('-') || text.contains("--") {
        return Err("Hyphens go between letters or digits, one at a time.");
    }
    Ok(())
}

/// What the eye makes of it: digits that pass for letters are those letters, hyphens are nothing.
fn skeleton(text: &str) -> String {
    let as_seen = |c| match c {
        '0' => 'o',
        '1' | 'i' => 'l',
        '3' => 'e',
        '5' => 's',
        other => other,
    };
    text.chars().filter(|c| *c != '-').map(as_seen).collect()
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
    fn a_slug_does_not_pass_for_one_of_ours() {
        for bad in ["l0gin", "1ogin", "adm1n", "a-d-m-i-n", "b1ll1ng", "5taff", "mtasts", "apl"] {
            assert!(Slug::parse(bad).is_err(), "{bad}");
            assert!(Slug::is_well_formed(bad), "{bad}");
        }
        for good in ["logins", "my-admin", "studio-5", "apple"] {
            assert!(Slug::parse(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_name_suggests_an_address() {
        for (name, slug) in [
            ("Acme Rockets", "acme-rockets"),
            ("  Caf\u{e9} M\u{fc}ller & Co. ", "cafe-muller-co"),
            ("A--B", "a-b"),
            ("Søn", "son"),
            ("Straße Ærø Łódź", "strasse-aero-lodz"),
            ("Cafe\u{301}", "cafe"),
            ("Привет", "privet"),
            ("Ελλάδα", "ellada"),
            ("北京", "bei-jing"),
            ("\u{300}\u{301}", ""),
        ] {
            assert_eq!(Slug::suggest(name), slug, "{name}");
        }
        assert_eq!(Slug::suggest(&"long ".repeat(20)).len(), 39);
        assert!(Slug::parse(&Slug::suggest(&"x".repeat(10_000))).is_ok());
    }

    #[test]
    fn an_address_is_trimmed_and_small() {
        assert_eq!(normalise_email(" Ada@Example.COM "), Some("ada@example.com".into()));
        for bad in ["", "a", "a@b", "@b.c", "a b@c.d", "a@b..c", "a@b.c\nBcc: x@y.z", "a@b@c.d"] {
            assert_eq!(normalise_email(bad), None, "{bad}");
        }
    }
}
