//! The one rule for addresses of email: what forms take is what the mailer sends to.

use lettre::Address;
use url::Host;

/// The longest address that mail servers take (RFC 5321).
const LONGEST: usize = 254;

/// An email address as it is stored, looked up and sent to: trimmed, in small letters, its domain as
/// DNS knows it (`bücher.example` is `xn--bcher-kva.example`). `None` when no mail can be sent there.
/// Whether anybody reads it only an email can prove.
pub fn normalise_email(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let (local, domain) = text.rsplit_once('@')?;
    let domain = domain_of(domain)?;
    let address = format!("{local}@{domain}");
    // What the mailer itself parses, and stricter: quoted parts may hold spaces and brackets. Nobody
    // has one, and they invite tricks.
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>\"(),:;@[\\]".contains(c);
    let is_good = address.len() <= LONGEST
        && local.len() <= 64
        && local.chars().all(plain)
        && address.parse::<Address>().is_ok();
    is_good.then_some(address)
}

/// A name with a dot in it that DNS could know: no number at its end, as in an address of the network.
fn domain_of(text: &str) -> Option<String> {
    let Ok(Host::Domain(domain)) = Host::parse(text) else { return None };
    let label = |part: &str| {
        let plain = part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        plain && (1..=63).contains(&part.len()) && !part.starts_with('-') && !part.ends_with('-')
    };
    let (before, last) = domain.rsplit_once('.')?;
    let is_good =
        label(last) && !last.bytes().all(|b| b.is_ascii_digit()) && before.split('.').all(label);
    is_good.then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::normalise_email;

    #[test]
    fn an_address_is_trimmed_small_and_as_dns_knows_it() {
        for (typed, kept) in [
            (" Ada@Example.COM ", "ada@example.com"),
            ("o'neil+news@mail.example", "o'neil+news@mail.example"),
            ("ada@B\u{fc}cher.example", "ada@xn--bcher-kva.example"),
            ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
            ("j\u{f6}rg@example.com", "j\u{f6}rg@example.com"),
        ] {
            assert_eq!(normalise_email(typed).as_deref(), Some(kept), "{typed}");
        }
    }

    #[test]
    fn what_no_mail_can_be_sent_to_is_no_address() {
        let long = format!("{}@example.com", "a".repeat(65));
        for bad in [
            "",
            "a",
            "a@b",
            "@b.c",
            "a b@c.de",
            "a@b..c",
            "a@b.c\nBcc: x@y.z",
            "a@b@c.de",
            "a..b@example.com",
            ".a@example.com",
            "a.@example.com",
            "a@-b.com",
            "a@b-.com",
            "a@b.com-",
            "a@b_c.com",
            "a@127.0.0.1",
            "a@[127.0.0.1]",
            "a@b.123",
            "a@b.com.",
            "\"a b\"@example.com",
            "a(x)@example.com",
            "a,b@example.com",
            &long,
        ] {
            assert_eq!(normalise_email(bad), None, "{bad}");
        }
    }
}
