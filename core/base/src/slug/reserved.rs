//! Addresses that are ours, or that would be taken for ours.

/// Names that a workspace can't take: ours, the web's and the mail's.
pub(super) const RESERVED: &[&str] = &[
    "www",
    "api",
    "admin",
    "app",
    "apps",
    "mail",
    "email",
    "smtp",
    "imap",
    "pop",
    "ftp",
    "sftp",
    "ssh",
    "vpn",
    "ns",
    "ns1",
    "ns2",
    "dns",
    "mx",
    "proxy",
    "gateway",
    "auth",
    "oauth",
    "oauth2",
    "oidc",
    "sso",
    "saml",
    "scim",
    "mfa",
    "2fa",
    "otp",
    "login",
    "logout",
    "log-in",
    "log-out",
    "signin",
    "signout",
    "sign-in",
    "sign-out",
    "signup",
    "sign-up",
    "register",
    "registration",
    "invite",
    "invitation",
    "password",
    "passwords",
    "reset",
    "recover",
    "recovery",
    "verify",
    "verification",
    "confirm",
    "secure",
    "security",
    "safe",
    "trust",
    "account",
    "accounts",
    "profile",
    "console",
    "dashboard",
    "portal",
    "staff",
    "support",
    "help",
    "helpdesk",
    "service",
    "services",
    "status",
    "docs",
    "documentation",
    "blog",
    "legal",
    "terms",
    "privacy",
    "system",
    "official",
    "billing",
    "pay",
    "payment",
    "payments",
    "checkout",
    "invoice",
    "invoices",
    "pricing",
    "subscribe",
    "bank",
    "static",
    "assets",
    "cdn",
    "files",
    "file",
    "upload",
    "uploads",
    "download",
    "downloads",
    "media",
    "images",
    "img",
    "dev",
    "test",
    "testing",
    "stage",
    "staging",
    "demo",
    "sandbox",
    "preview",
    "internal",
    "intranet",
    "localhost",
    "local",
    "root",
    "superuser",
    "operator",
    "administrator",
    "moderator",
    "autodiscover",
    "autoconfig",
    "mta-sts",
    "wpad",
    "isatap",
    "webmaster",
    "postmaster",
    "hostmaster",
    "abuse",
    "noreply",
    "no-reply",
    "mailer-daemon",
    "webhook",
    "webhooks",
    "graphql",
    "rest",
    "metrics",
    "health",
    "monitor",
    "update",
    "updates",
    "alert",
    "alerts",
    "notice",
    "notification",
    "notifications",
];

/// Words at which people type a password or pay: with a digit, a plural or a word of this kind beside
/// them they still look like ours.
const LURES: &[&str] = &[
    "account",
    "activate",
    "activation",
    "admin",
    "auth",
    "bank",
    "billing",
    "confirm",
    "identity",
    "idp",
    "login",
    "logon",
    "oauth",
    "password",
    "pay",
    "payment",
    "recovery",
    "reset",
    "secure",
    "security",
    "session",
    "signin",
    "signon",
    "signup",
    "sso",
    "staff",
    "support",
    "token",
    "twofactor",
    "unlock",
    "verification",
    "verify",
    "wallet",
    "webmail",
];

/// What stands beside such a word, or behind the product's name, without making it another's.
const BESIDE: &[&str] = &[
    "app", "help", "hq", "inc", "link", "log", "my", "new", "on", "page", "sign", "site", "team",
    "two", "your",
];

/// Is this word, or one that looks like it, reserved?
pub(super) fn is_reserved(word: &str) -> bool {
    let word = word.to_lowercase();
    let seen = skeleton(&word);
    RESERVED.iter().chain(LURES).any(|reserved| skeleton(reserved) == seen) || is_lure(&word)
}

/// Is it one of the words that lure, with a number or an s behind it, or with others beside it that
/// change nothing? `login2`, `secure-login`, `mypasswords`.
fn is_lure(word: &str) -> bool {
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let seen = skeleton(word);
    let is_one = |seen: &str| {
        let same = |lure: &&str| {
            let lure = skeleton(lure);
            seen == lure || seen.strip_suffix('s').is_some_and(|one| one == lure)
        };
        LURES.iter().any(same)
    };
    // Cut in two anywhere: one half lures, the other does too or changes nothing.
    let cut = |at: usize| {
        let (a, b) = seen.split_at(at);
        (is_one(a) && (is_one(b) || is_beside(b))) || (is_beside(a) && is_one(b))
    };
    !seen.is_empty()
        && (is_one(&seen) || (1..seen.len()).filter(|at| seen.is_char_boundary(*at)).any(cut))
}

pub(super) fn is_beside(seen: &str) -> bool {
    BESIDE.iter().any(|word| skeleton(word) == seen)
}

/// What the eye makes of it: digits that pass for letters are those letters, hyphens are nothing.
pub(super) fn skeleton(text: &str) -> String {
    let as_seen = |c| match c {
        '0' => 'o',
        '1' | 'i' => 'l',
        '3' => 'e',
        '5' => 's',
        other => other,
    };
    text.chars().filter(|c| *c != '-').map(as_seen).collect()
}
