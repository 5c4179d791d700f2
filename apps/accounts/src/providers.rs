//! The sites that people may sign in at, as the settings say. Pages show these and no others.

use platform::{
    Reader,
    oauth::{Client, GitHub, OpenId, Provider},
};

const GOOGLE: &str = "https://accounts.google.com";
const MICROSOFT: &str = "https://login.microsoftonline.com/common/v2.0";

/// Where the example identity provider of development is.
pub const EXAMPLE: &str = "/dev/id";

/// All of this installation.
pub struct Providers(Vec<Provider>);

impl Providers {
    /// Reads `GOOGLE_…`, `GITHUB_…`, `MICROSOFT_…` and `OIDC_<NAME>_…`.
    pub fn from_settings(env: &mut Reader) -> Self {
        let mut all = vec![];
        if let Some(client) = client(env, "GOOGLE") {
            all.push(Provider::open_id("google", "Google", OpenId::new(GOOGLE, client)));
        }
        let issuer = address(env, "MICROSOFT_ISSUER", MICROSOFT);
        if let Some(client) = client(env, "MICROSOFT") {
            let kind = OpenId::new(issuer, client).of_microsoft();
            all.push(Provider::open_id("microsoft", "Microsoft", kind));
        }
        let site = address(env, "GITHUB_URL", "https://github.com");
        let api = address(env, "GITHUB_API_URL", "https://api.github.com");
        if let Some(client) = client(env, "GITHUB") {
            all.push(Provider::github("github", "GitHub", GitHub::new(&site, &api, client)));
        }
        for name in env.names_between("OIDC_", "_ISSUER") {
            let issuer = address(env, &format!("OIDC_{name}_ISSUER"), "");
            let key = name.to_ascii_lowercase().replace('_', "-");
            let plain = platform::text::capitalised(&key.replace('-', " "));
            let label = env.text_or(&format!("OIDC_{name}_LABEL"), &plain);
            let id = env.text(&format!("OIDC_{name}_CLIENT_ID"));
            let secret = env.secret(&format!("OIDC_{name}_CLIENT_SECRET"));
            let Some(id) = id else {
                env.problem(format!("OIDC_{name}_CLIENT_ID is not set, OIDC_{name}_ISSUER is"));
                continue;
            };
            // How a session was opened is said by these words.
            let is_taken = crate::method::word(&key.replace('-', "_")).is_some();
            if is_taken || key.contains('+') {
                env.problem(format!("OIDC_{name}: choose another name"));
                continue;
            }
            if all.iter().any(|one| one.key == key) {
                env.problem(format!("OIDC_{name}: there is a provider with this name already"));
                continue;
            }
            // Without a secret PKCE alone says that the code is ours.
            let secret = secret.map(|secret| secret.expose().to_owned()).unwrap_or_default();
            all.push(Provider::open_id(key, label, OpenId::new(issuer, Client { id, secret })));
        }
        if let Some(origin) = env.development_origin() {
            all.push(example(&origin));
        }
        Self(all)
    }

    /// In the order in which pages show them.
    pub fn all(&self) -> &[Provider] {
        &self.0
    }

    /// The one with this name.
    pub fn find(&self, key: &str) -> Option<&Provider> {
        self.0.iter().find(|one| one.key == key)
    }
}

/// A button to a provider.
pub(crate) struct Way<'a> {
    key: &'a str,
    pub(crate) icon: &'static str,
    pub(crate) label: &'a str,
    /// The address that begins it.
    pub(crate) href: String,
}

impl Way<'_> {
    /// Does it lead to this provider?
    pub(crate) fn is_of(&self, key: &str) -> bool {
        self.key == key
    }
}

impl Providers {
    /// The buttons of a page, whose addresses end so: `next=%2Fprojects`.
    pub(crate) fn ways(&self, query: impl Fn(&str) -> String) -> Vec<Way<'_>> {
        let href = |one: &'_ Provider| {
            let (key, query) = (&one.key, query(&one.key));
            let mark = if query.is_empty() { "" } else { "?" };
            format!("/auth/{key}/start{mark}{query}")
        };
        let all = self.0.iter();
        all.map(|one| Way {
            key: &one.key,
            icon: icon(&one.key),
            label: &one.label,
            href: href(one),
        })
        .collect()
    }

    /// The buttons that log in and go on to `next`.
    pub(crate) fn to_log_in(&self, next: &str) -> Vec<Way<'_>> {
        self.ways(|_| match next {
            "" => String::new(),
            next => platform::encode_query(&[("next", next)]),
        })
    }

    /// What pages call it; one that is configured no more, by its name.
    pub fn label_of<'a>(&'a self, key: &'a str) -> &'a str {
        self.find(key).map_or(key, |one| &one.label)
    }
}

/// The icon of a provider.
pub(crate) fn icon(key: &str) -> &'static str {
    match key {
        "google" => "google",
        "microsoft" => "microsoft",
        "github" => "github",
        _ => "log-in",
    }
}

/// The one of development, which the product itself is.
fn example(origin: &str) -> Provider {
    let client = Client { id: "groundwork".into(), secret: String::new() };
    let kind = OpenId::new(format!("{origin}{EXAMPLE}"), client);
    Provider::open_id("example", "Example identity provider", kind)
}

fn client(env: &mut Reader, name: &str) -> Option<Client> {
    let id = env.text(&format!("{name}_CLIENT_ID"));
    let secret = env.secret(&format!("{name}_CLIENT_SECRET"));
    match (id, secret) {
        (Some(id), Some(secret)) => Some(Client { id, secret: secret.expose().to_owned() }),
        (None, None) => None,
        _ => {
            env.problem(format!("{name}_CLIENT_ID and {name}_CLIENT_SECRET belong together"));
            None
        }
    }
}

fn address(env: &mut Reader, name: &str, default: &str) -> String {
    let url = env.text_or(name, default);
    if !OpenId::is_issuer(&url) {
        env.problem(format!("{name} must be an address like https://id.example.com"));
    }
    url
}

#[cfg(test)]
mod tests {
    use platform::Reader;

    use super::Providers;

    fn read(vars: &[(&str, &str)]) -> Result<Vec<(String, String)>, String> {
        let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut env = Reader::from_vars(vars);
        let found = Providers::from_settings(&mut env);
        env.finish().map_err(|error| error.to_string())?;
        Ok(found.all().iter().map(|one| (one.key.clone(), one.label.clone())).collect())
    }

    #[test]
    fn only_those_that_are_configured_are_there() {
        assert_eq!(read(&[]).unwrap(), []);
        let found = read(&[
            ("GOOGLE_CLIENT_ID", "a"),
            ("GOOGLE_CLIENT_SECRET", "b"),
            ("OIDC_BIG_CORP_ISSUER", "https://id.example.com"),
            ("OIDC_BIG_CORP_CLIENT_ID", "c"),
        ]);
        let pair = |key: &str, label: &str| (key.to_owned(), label.to_owned());
        assert_eq!(found.unwrap(), [pair("google", "Google"), pair("big-corp", "Big corp")]);
    }

    #[test]
    fn what_is_half_configured_or_speaks_in_the_clear_is_told() {
        for (vars, part) in [
            (&[("GITHUB_CLIENT_ID", "a")][..], "GITHUB_CLIENT_SECRET"),
            (&[("OIDC_X_ISSUER", "https://id.example.com")], "OIDC_X_CLIENT_ID"),
            (&[("OIDC_X_ISSUER", "http://id.example.com"), ("OIDC_X_CLIENT_ID", "a")], "OIDC_X"),
            (&[("MICROSOFT_ISSUER", "ftp://x")], "MICROSOFT_ISSUER"),
        ] {
            assert!(read(vars).unwrap_err().contains(part), "{vars:?}");
        }
    }
}
