//! What people type to name a workspace's address.

mod reserved;

use std::fmt;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use reserved::{RESERVED, is_beside, is_reserved, skeleton};

/// The address of a workspace: 3 to 40 of `a-z`, `0-9` and single hyphens inside.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Slug(String);

const LOOKS_RESERVED: &str =
    "This address looks like one that is reserved. Choose a different one.";

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
        if Self::is_reserved(text) {
            return Err(LOOKS_RESERVED);
        }
        Ok(Self(text.to_owned()))
    }

    /// Checks what a person or a command chose: the product's own name is refused too, and whatever begins
    /// or ends with it, since `groundwork-login` would be taken for ours.
    pub fn choose(text: &str, product: &str) -> Result<Self, &'static str> {
        let slug = Self::parse(text)?;
        let product = skeleton(&Self::suggest(product));
        if product.is_empty() {
            return Ok(slug);
        }
        let parts: Vec<&str> = slug.as_str().split('-').collect();
        let is_product = |parts: &[&str]| {
            let seen = skeleton(&parts.concat());
            let rest = seen.strip_prefix(&product);
            rest.is_some_and(|rest| ["", "s"].contains(&rest) || is_beside(rest))
        };
        let mut cuts = 0..=parts.len();
        if cuts.any(|cut| is_product(&parts[..cut]) || is_product(&parts[cut..])) {
            Err(LOOKS_RESERVED)
        } else {
            Ok(slug)
        }
    }

    /// Is this word, or one that looks like it, reserved?
    pub fn is_reserved(word: &str) -> bool {
        is_reserved(word)
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

#[cfg(test)]
mod tests {
    use super::Slug;

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
        for good in [
            "studio-5",
            "apple",
            "tokenize",
            "sessions-music",
            "adminton",
            "paypoint",
            "accountants",
        ] {
            assert!(Slug::parse(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_slug_that_invites_phishing_is_reserved_and_so_is_the_products_own_name() {
        for bad in [
            "secure",
            "sso",
            "oauth",
            "signin",
            "verify",
            "passw0rd",
            "payments",
            "reset",
            "login1",
            "logins",
            "signin-2",
            "log-on",
            "sign-on",
            "secure-login",
            "password-reset",
            "resetpassword",
            "my-account",
            "myadmin",
            "two-factor",
            "unlock",
            "webmail",
            "billings",
        ] {
            assert!(Slug::parse(bad).is_err(), "{bad}");
        }
        for bad in ["acmeclouds", "acmecloudapp", "acme-cloud-hq"] {
            assert!(Slug::choose(bad, "Acme Cloud").is_err(), "{bad}");
        }
        assert!(Slug::choose("baseline", "Base").is_ok());
        for bad in ["acme-cloud", "acmecloud", "acme-c1oud", "acme-cloud-team", "my-acme-cloud"] {
            assert!(Slug::choose(bad, "Acme Cloud").is_err(), "{bad}");
            assert!(Slug::choose(bad, "Elsewhere").is_ok(), "{bad}");
        }
        assert!(Slug::choose("elsewhere", "Elsewhere").is_err());
        assert!(
            Slug::choose("acme", "\u{65e5}\u{672c}").is_ok(),
            "a product without Latin letters"
        );
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
}
