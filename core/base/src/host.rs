//! The exact form of a host name, before anybody looks it up.

/// The host of a `Host` header without its port, in small letters; `None` for everything that is
/// not a plain name: two colons, user info, trailing dot, IPv6, control or non-ASCII characters.
pub fn normalise_host(header: &str) -> Option<String> {
    let (name, port) = match header.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (header, None),
    };
    if let Some(port) = port
        && (port.is_empty() || port.len() > 5 || !port.bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    let label = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let well_formed = name.len() <= 253 && name.split('.').all(label);
    well_formed.then(|| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::normalise_host;

    #[test]
    fn only_a_plain_name_with_an_optional_port_is_a_host() {
        assert_eq!(normalise_host("Acme.Localhost:8000"), Some("acme.localhost".into()));
        assert_eq!(normalise_host("acme.localhost"), Some("acme.localhost".into()));
        for bad in [
            "",
            ".",
            "acme.",
            ".acme",
            "acme..localhost",
            "acme.localhost:",
            "acme.localhost:80:80",
            "acme.localhost:x",
            "acme.localhost:123456",
            "a@acme.localhost",
            "acme.localhost/",
            "acme.localhost\\",
            "acme.localhost ",
            " acme.localhost",
            "acme\t.localhost",
            "acme\0.localhost",
            "[::1]",
            "[::1]:8000",
            "ac\u{43c}e.localhost",
            "acme%2elocalhost",
            "acme.localhost#",
            "acme.localhost?",
            "-acme.localhost",
            "acme-.localhost",
            "acme_x.localhost",
            "acme,globex.localhost",
        ] {
            assert_eq!(normalise_host(bad), None, "{bad:?}");
        }
    }
}
