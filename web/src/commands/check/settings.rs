//! What settings leave weaker than a public site should be.

use std::net::IpAddr;

use core_base::{
    Config, Finding,
    config::{Environment, SmtpTls, StoreConfig},
};

/// Networks of so few bits take in half of the world.
const BROAD: u8 = 8;
/// Of a random key of 32 characters at least so many differ.
const DIFFERENT: usize = 12;

/// All of them, by the settings alone.
pub(super) fn findings(config: &Config) -> Vec<Finding> {
    let mut found = vec![];
    let mut say = |bad: bool, id, text: &str, hint: &str| {
        if bad {
            found.push(Finding::new(id, text, hint));
        }
    };
    say(
        config.environment != Environment::Production,
        "settings.environment",
        "this is not a production environment: demo workspaces, readable mail, plain HTTP",
        "set ENVIRONMENT=production",
    );
    say(
        !config.is_https(),
        "settings.https",
        "BASE_URL is not HTTPS: passwords and sessions travel in the clear",
        "put a proxy with a certificate before it and set BASE_URL=https://…",
    );
    say(
        is_local(config.base_host()),
        "settings.host",
        "BASE_URL's host is one that only this machine or network knows, or one for examples",
        "set BASE_URL to the public host; workspaces are its subdomains",
    );
    say(
        is_guessable(config.secret_key.expose()),
        "settings.secret_key",
        "SECRET_KEY looks like words or repeats itself: whoever guesses it signs what they like",
        "make one by `openssl rand -hex 32`",
    );
    say(
        !config.rate_limits,
        "settings.rate_limits",
        "passwords may be tried without end",
        "remove RATE_LIMITS=off",
    );
    say(
        !config.log_json,
        "settings.logs",
        "the log is made for eyes: programs that collect it lose tenant and request",
        "set LOG_FORMAT=json",
    );
    proxies(config, &mut say);
    mail(config, &mut say);
    database(config, &mut say);
    found
}

fn proxies(config: &Config, say: &mut impl FnMut(bool, &'static str, &str, &str)) {
    let proxies = &config.trusted_proxies;
    say(
        config.is_https() && proxies.is_empty(),
        "settings.proxies",
        "no proxy is believed: every request looks like plain HTTP from the proxy's address, and all \
         clients share one limit",
        "set TRUSTED_PROXIES to the proxy's address or network",
    );
    say(
        proxies.iter().any(|network| network.prefix_len() < BROAD),
        "settings.proxies_broad",
        "TRUSTED_PROXIES takes in half of the world: anybody may claim any address",
        "name the proxy's own network",
    );
    say(
        is_public(config.listen.ip()) && config.environment == Environment::Production,
        "settings.listen",
        "LISTEN takes connections from anywhere: whoever reaches it goes around the proxy",
        "listen on the proxy's network alone, or close the port by a firewall",
    );
    say(
        config.metrics_listen.is_some_and(|at| is_public(at.ip())),
        "settings.metrics",
        "METRICS_LISTEN takes connections from anywhere, and asks nobody who they are",
        "listen on an inner network, or close the port by a firewall",
    );
}

fn mail(config: &Config, say: &mut impl FnMut(bool, &'static str, &str, &str)) {
    let server = config.mail.server.as_ref();
    say(
        server.is_none(),
        "settings.mail",
        "no email is sent: nobody can sign up or be invited",
        "set SMTP_URL",
    );
    say(
        server.is_some_and(|server| server.tls == SmtpTls::None && !is_local(&server.host)),
        "settings.mail_plain",
        "emails with links that log people in travel to the mail server in the clear",
        "use smtps://, or add ?tls=required",
    );
    let domain = config.mail.from_address.rsplit('@').next().unwrap_or_default();
    say(
        is_local(domain),
        "settings.mail_from",
        "emails are from an address that no mail server takes",
        "set MAIL_FROM to an address of a domain of yours",
    );
}

fn database(config: &Config, say: &mut impl FnMut(bool, &'static str, &str, &str)) {
    let StoreConfig::Postgres { url, owner_url, .. } = &config.store else { return };
    say(
        owner_url.is_none(),
        "settings.owner",
        "the process that answers requests holds the owner's password of the database",
        "give `migrate` DATABASE_OWNER_URL, and `serve` and `worker` a DATABASE_URL of less rights",
    );
    let encrypts = |url: &url::Url| {
        let modes = ["require", "verify-ca", "verify-full"];
        url.query_pairs().any(|(name, value)| name == "sslmode" && modes.contains(&&*value))
    };
    let open = |url: &url::Url| !is_local(url.host_str().unwrap_or_default()) && !encrypts(url);
    say(
        open(url) || owner_url.as_ref().is_some_and(open),
        "settings.database_tls",
        "the way to PostgreSQL leaves this machine and may be in the clear",
        "add ?sslmode=verify-full (with sslrootcert=…) to the address, or at least require",
    );
}

/// A host that means nothing elsewhere.
fn is_local(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() || host.starts_with('/') || host.starts_with("%2F") {
        return true;
    }
    if let Ok(address) = host.parse::<IpAddr>() {
        return address.is_loopback();
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    ["localhost", "local", "test", "example", "invalid", "internal"].contains(&last)
        || !host.contains('.')
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !v4.is_loopback() && !v4.is_private() && !v4.is_link_local(),
        IpAddr::V6(v6) => !v6.is_loopback() && !v6.is_unique_local(),
    }
}

fn is_guessable(key: &str) -> bool {
    let different: std::collections::BTreeSet<_> = key.chars().collect();
    let words = ["secret", "change", "password", "insecure", "example", "groundwork"];
    let lower = key.to_lowercase();
    different.len() < DIFFERENT || words.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use core_base::{Config, config::Reader};

    use super::findings;

    const GOOD: [(&str, &str); 8] = [
        ("ENVIRONMENT", "production"),
        ("BASE_URL", "https://app.acme.com"),
        ("SECRET_KEY", "3f9a1c7be2d8046512aa90ffc3e47d8b6601de5f2c9b7a48"),
        ("SMTP_URL", "smtps://me:x@mail.acme.com"),
        ("MAIL_FROM", "Acme <hello@acme.com>"),
        ("TRUSTED_PROXIES", "10.1.2.3"),
        ("DATABASE_URL", "postgres://a:b@db.acme.com/x?sslmode=verify-full"),
        ("DATABASE_OWNER_URL", "postgres://o:b@localhost/x"),
    ];

    fn ids(changes: &[(&str, &str)]) -> Vec<&'static str> {
        let mut vars: Vec<(String, String)> = vec![];
        for (name, value) in GOOD.iter().chain(changes) {
            vars.retain(|(other, _)| other != name);
            vars.push(((*name).to_owned(), (*value).to_owned()));
        }
        let config = Config::read(Reader::from_vars(vars)).unwrap();
        findings(&config).into_iter().map(|finding| finding.id).collect()
    }

    #[test]
    fn a_site_as_it_should_be_has_no_findings() {
        assert!(ids(&[]).is_empty(), "{:?}", ids(&[]));
    }

    #[test]
    fn each_weakness_is_found_and_no_other() {
        let test = ("ENVIRONMENT", "test");
        let cases: [(&str, &[(&str, &str)]); 16] = [
            ("settings.environment", &[test, ("LOG_FORMAT", "json")]),
            ("settings.https", &[test, ("BASE_URL", "http://app.acme.com")]),
            ("settings.host", &[("BASE_URL", "https://acme.localhost")]),
            ("settings.host", &[("BASE_URL", "https://intranet")]),
            ("settings.secret_key", &[("SECRET_KEY", "abababababababababababababababababab")]),
            ("settings.secret_key", &[("SECRET_KEY", "change-me-0123456789abcdefghijklmnop")]),
            ("settings.rate_limits", &[test, ("RATE_LIMITS", "off")]),
            ("settings.logs", &[("LOG_FORMAT", "text")]),
            ("settings.proxies", &[("TRUSTED_PROXIES", "")]),
            ("settings.proxies_broad", &[("TRUSTED_PROXIES", "0.0.0.0/0")]),
            ("settings.listen", &[("LISTEN", "0.0.0.0:8000")]),
            ("settings.metrics", &[("METRICS_LISTEN", "0.0.0.0:9100")]),
            ("settings.mail", &[test, ("SMTP_URL", "")]),
            ("settings.mail_plain", &[("SMTP_URL", "smtp://mail.acme.com")]),
            ("settings.mail_from", &[("MAIL_FROM", "a@acme.example")]),
            ("settings.owner", &[("DATABASE_OWNER_URL", "")]),
        ];
        for (id, changes) in cases {
            let found = ids(changes);
            // What a test environment brings with it is no news.
            let others = ["settings.environment", "settings.logs"];
            let news: Vec<_> =
                found.iter().filter(|one| **one == id || !others.contains(one)).collect();
            let https = id == "settings.https";
            let known = |one: &&&&str| **one == &id || https && **one == &"settings.proxies";
            assert!(news.iter().all(|one| known(&one)) && found.contains(&id), "{id}: {found:?}");
        }
        let open = ("DATABASE_URL", "postgres://a:b@db.acme.com/x");
        assert_eq!(ids(&[open]), ["settings.database_tls"]);
        assert_eq!(ids(&[("SMTP_URL", "smtp://localhost")]), [""; 0]);
        assert_eq!(ids(&[("LISTEN", "10.0.0.5:8000")]), [""; 0]);
    }
}
