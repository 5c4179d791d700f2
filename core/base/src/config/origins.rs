//! How the addresses of the sites are made of `BASE_URL`.

use url::Url;

/// Scheme, host and port that every address begins or ends with.
#[derive(Clone, Debug)]
pub struct Origins {
    scheme: String,
    base: String,
    /// With its colon; empty where it is the scheme's own.
    port: String,
}

impl Origins {
    pub(crate) fn new(base_url: &Url) -> Self {
        Self {
            scheme: base_url.scheme().to_owned(),
            base: base_url.host_str().unwrap_or_default().to_owned(),
            port: base_url.port().map(|port| format!(":{port}")).unwrap_or_default(),
        }
    }

    /// The address of the host with this label before the base, without a slash at the end.
    pub fn of_slug(&self, slug: &str) -> String {
        let Self { scheme, base, port } = self;
        format!("{scheme}://{slug}.{base}{port}")
    }

    /// What stands before the base in the name of a host; none where it is no host under the base.
    pub fn slug_of<'a>(&self, host: &'a str) -> Option<&'a str> {
        host.strip_suffix(self.base.as_str()).and_then(|rest| rest.strip_suffix('.'))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Origins;

    #[test]
    fn an_address_and_its_label_belong_together() {
        let origins = Origins::new(&"https://app.test:8443".parse().unwrap());
        assert_eq!(origins.of_slug("acme"), "https://acme.app.test:8443");
        assert_eq!(origins.slug_of("acme.app.test"), Some("acme"));
        for other in ["app.test", "acmeapp.test", "app.test.evil", "acme.evil", ""] {
            assert_eq!(origins.slug_of(other), None, "{other}");
        }
    }
}
