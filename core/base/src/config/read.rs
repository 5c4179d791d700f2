//! Reading settings one by one while collecting every problem.

use std::{
    cell::RefCell, collections::BTreeMap, fs, io::Write, net::SocketAddr, path::Path, str::FromStr,
};

use anyhow::{Context, bail};
use ipnet::IpNet;
use url::Url;

use super::{ENVIRONMENTS, Environment, Setting, StoreConfig, dotenv};
use crate::{Secret, Token};

/// Who asks for the platform's own settings.
const CORE: &str = "core";

/// The variables, and what was wrong with those read so far.
pub struct Reader {
    vars: BTreeMap<String, String>,
    /// What was asked for, set or not.
    asked: RefCell<Vec<Setting>>,
    /// Who asks.
    app: &'static str,
    /// What kind of installation this is; none: nobody asked yet.
    environment: Option<Environment>,
    problems: Vec<String>,
}

impl Reader {
    /// The process's environment; `.env` in the working directory fills what it lacks.
    pub fn from_env() -> anyhow::Result<Self> {
        let mut vars: BTreeMap<_, _> = dotenv::read(Path::new(".env"))?.into_iter().collect();
        vars.extend(std::env::vars());
        Ok(Self::from_vars(vars))
    }

    /// These variables and no others.
    pub fn from_vars(vars: impl IntoIterator<Item = (String, String)>) -> Self {
        let vars = vars.into_iter().collect();
        Self { vars, asked: RefCell::default(), app: CORE, environment: None, problems: vec![] }
    }

    /// From now on this app asks.
    pub fn on_behalf_of(&mut self, app: &'static str) {
        self.app = app;
    }

    /// What kind of installation this is.
    pub fn environment(&mut self) -> Environment {
        let environment = self.choice("ENVIRONMENT", &ENVIRONMENTS);
        self.environment = Some(environment);
        environment
    }

    /// The value of `name`; an empty one counts as absent.
    pub fn text(&self, name: &str) -> Option<String> {
        self.ask(name, None, false)
    }

    /// The value of `name`, or else `default`.
    pub fn text_or(&self, name: &str, default: &str) -> String {
        self.ask(name, Some(default), false).unwrap_or_else(|| default.to_owned())
    }

    /// The value of `name`, which no list shows and no problem repeats.
    pub fn secret(&self, name: &str) -> Option<Secret> {
        self.ask(name, None, true).map(Secret::new)
    }

    /// What stands between `before` and `after` in the names of settings: `OKTA` of `OIDC_OKTA_ISSUER`. For
    /// those of which there may be any number.
    pub fn names_between(&self, before: &str, after: &str) -> Vec<String> {
        let between = |name: &String| {
            let name = name.strip_prefix(before)?.strip_suffix(after)?;
            (!name.is_empty()).then(|| name.to_owned())
        };
        self.vars.keys().filter_map(between).collect()
    }

    /// Where the account site is, in development on this machine alone: for what must be nowhere else.
    pub fn development_origin(&mut self) -> Option<String> {
        if self.environment != Some(Environment::Development) {
            return None;
        }
        let listen: SocketAddr = self.parsed("LISTEN", "127.0.0.1:8000");
        let url = self.base_url(listen.port());
        let is_here = url.host_str() == Some("localhost");
        is_here.then(|| url.as_str().trim_end_matches('/').to_owned())
    }

    /// All that were asked for so far, in that order.
    pub fn settings(&self) -> Vec<Setting> {
        self.asked.borrow().clone()
    }

    fn ask(&self, name: &str, default: Option<&str>, is_secret: bool) -> Option<String> {
        let value = self.vars.get(name).map(|value| value.trim().to_owned());
        let value = value.filter(|value| !value.is_empty());
        let mut asked = self.asked.borrow_mut();
        if !asked.iter().any(|one| one.name == name) {
            asked.push(Setting {
                name: name.to_owned(),
                app: self.app,
                default: default.map(str::to_owned),
                value: value.clone().filter(|_| !is_secret),
                is_set: value.is_some(),
                is_secret,
            });
        }
        value
    }

    /// Notes a problem; `finish` reports all.
    pub fn problem(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.problems.contains(&text) {
            self.problems.push(text);
        }
    }

    /// Fails with all problems, if there were any. Call it when everybody has asked.
    pub fn finish(&self) -> anyhow::Result<()> {
        let problems = [self.problems.clone(), self.misspelt()].concat();
        if problems.is_empty() {
            return Ok(());
        }
        bail!("settings (see .env.example):\n  - {}", problems.join("\n  - "))
    }

    /// Names that differ from those of settings in nothing but `_` and capitals.
    fn misspelt(&self) -> Vec<String> {
        let bare = |name: &str| name.replace('_', "").to_ascii_lowercase();
        let asked = self.asked.borrow();
        let strange = self.vars.keys().filter(|name| !asked.iter().any(|one| one.name == **name));
        let meant = strange.filter_map(|name| {
            let meant = asked.iter().find(|known| bare(&known.name) == bare(name))?;
            Some(format!("{name} is no setting: it is called {}", meant.name))
        });
        meant.collect()
    }

    /// The value of `name` as whatever it stands for. `default` is a good value, and holds otherwise.
    pub fn parsed<T: FromStr>(&mut self, name: &str, default: &str) -> T {
        let text = self.text_or(name, default);
        text.parse().unwrap_or_else(|_| {
            self.problem(format!("{name}={text} cannot be read; a good value is {default}"));
            default.parse().ok().expect("the default is well formed")
        })
    }

    /// Absent where nothing is set.
    pub(super) fn address(&mut self, name: &str) -> Option<SocketAddr> {
        let text = self.text(name)?;
        let address = text.parse().ok();
        if address.is_none() {
            self.problem(format!("{name}={text} must be an address and a port: 127.0.0.1:9000"));
        }
        address
    }

    /// One of these words; the first holds where nothing is set.
    pub fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> T {
        let (default, fallback) = choices[0];
        let text = self.text_or(name, default);
        if let Some((_, value)) = choices.iter().find(|(word, _)| *word == text) {
            return *value;
        }
        let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
        self.problem(format!("{name}={text} is not one of: {}", words.join(", ")));
        fallback
    }

    /// `on` or `off`.
    pub fn switch(&mut self, name: &str, default: bool) -> bool {
        self.switch_between(name, ("on", "off"), default)
    }

    pub(super) fn switch_between(
        &mut self,
        name: &str,
        (yes, no): (&str, &str),
        default: bool,
    ) -> bool {
        let (first, second) =
            if default { ((yes, true), (no, false)) } else { ((no, false), (yes, true)) };
        self.choice(name, &[first, second])
    }

    pub(super) fn networks(&mut self, name: &str) -> Vec<IpNet> {
        let text = self.text(name).unwrap_or_default();
        let mut networks = vec![];
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let network = part
                .parse::<IpNet>()
                .or_else(|_| part.parse::<std::net::IpAddr>().map(IpNet::from));
            match network {
                Ok(network) => networks.push(network),
                Err(_) => self.problem(format!("{name}: {part} is not an address or network")),
            }
        }
        networks
    }

    pub(super) fn base_url(&mut self, port: u16) -> Url {
        let default = format!("http://localhost:{port}");
        let text = self.text_or("BASE_URL", &default);
        let good = |url: &Url| {
            matches!(url.scheme(), "http" | "https")
                && url.domain().is_some_and(|host| crate::normalise_host(host).is_some())
                && url.path() == "/"
                && url.query().is_none()
                && url.username().is_empty()
        };
        match Url::parse(&text) {
            Ok(url) if good(&url) => url,
            _ => {
                self.problem(format!(
                    "BASE_URL={text} must be a scheme and a host name, as in {default}; \
                     workspaces are its subdomains, so an IP address will not do"
                ));
                Url::parse(&default).expect("the default is well formed")
            }
        }
    }

    pub(super) fn store(&mut self) -> StoreConfig {
        let pooled = self.switch_between("DATABASE_POOLED", ("yes", "no"), false);
        let url = self.database_url("DATABASE_URL");
        let owner_url = self.database_url("DATABASE_OWNER_URL");
        match url {
            Some(url) => {
                if pooled && owner_url.is_none() {
                    self.problem(
                        "DATABASE_POOLED=yes needs DATABASE_OWNER_URL, a direct connection: \
                         schemas and roles are never made through a pooler",
                    );
                }
                StoreConfig::Postgres { url, owner_url, pooled }
            }
            None => StoreConfig::Embedded,
        }
    }

    fn database_url(&mut self, name: &str) -> Option<Url> {
        let text = self.secret(name)?;
        match Url::parse(text.expose()) {
            Ok(url) if matches!(url.scheme(), "postgres" | "postgresql") => Some(url),
            // The text holds a password: it is not repeated.
            _ => {
                self.problem(format!(
                    "{name} must look like postgres://user:password@host/database"
                ));
                None
            }
        }
    }

    pub(super) fn secret_key(&mut self, environment: Environment, data_dir: &Path) -> Secret {
        match self.secret("SECRET_KEY") {
            Some(key) if key.expose().len() >= 32 => key,
            Some(_) => {
                self.problem("SECRET_KEY needs 32 characters or more: openssl rand -hex 32");
                Secret::default()
            }
            None if environment == Environment::Production => {
                self.problem("SECRET_KEY is not set: openssl rand -hex 32");
                Secret::default()
            }
            None => kept_key(data_dir).unwrap_or_else(|error| {
                self.problem(format!("SECRET_KEY is not set and none could be kept: {error:#}"));
                Secret::default()
            }),
        }
    }
}

impl Reader {
    /// What `MASTER_KEY` says, or the key that everything else derives from.
    pub(super) fn master_keys(&mut self, instead: &Secret) -> Vec<Secret> {
        let Some(all) = self.secret("MASTER_KEY") else { return vec![instead.clone()] };
        let keys: Vec<_> = all.expose().split(',').map(|key| Secret::new(key.trim())).collect();
        if keys.iter().any(|key| key.expose().len() < 32) {
            self.problem("each MASTER_KEY needs 32 characters or more: openssl rand -hex 32");
        }
        keys
    }
}

/// The development key: made once, kept in a file that only this user can read.
fn kept_key(data_dir: &Path) -> anyhow::Result<Secret> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    let path = data_dir.join("secret_key");
    if let Ok(text) = fs::read_to_string(&path)
        && text.trim().len() >= 32
    {
        return Ok(Secret::new(text.trim()));
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(data_dir)?;
    let key = Token::random();
    // Written beside and renamed, so that a kill leaves no half key; the first of two wins.
    let half = data_dir.join(format!(".secret_key.{}", std::process::id()));
    let mut file =
        fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&half)?;
    file.write_all(key.expose().as_bytes())?;
    file.sync_all()?;
    match fs::hard_link(&half, &path) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error).context(format!("writing {}", path.display())),
    }
    fs::remove_file(&half)?;
    Ok(Secret::new(fs::read_to_string(&path)?.trim()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Reader;
    use crate::config::{Config, Environment, StoreConfig};

    fn read(vars: &[(&str, &str)]) -> anyhow::Result<Config> {
        Config::read(Reader::from_vars(
            vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        ))
    }

    #[test]
    fn nothing_set_is_development_on_the_embedded_store_with_a_kept_key() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("data");
        let vars = [("DATA_DIR", dir.to_str().unwrap())];
        let config = read(&vars).unwrap();
        assert_eq!(config.environment, Environment::Development);
        assert!(matches!(config.store, StoreConfig::Embedded));
        assert_eq!(config.workspace_origin("acme"), "http://acme.localhost:8000");
        assert_eq!(config.account_origin(), "http://localhost:8000");
        assert_eq!(read(&vars).unwrap().secret_key, config.secret_key);
        let mode = std::fs::metadata(dir.join("secret_key")).unwrap();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode.permissions()) & 0o777, 0o600);
    }

    #[test]
    fn a_misspelt_name_is_told_and_names_of_others_are_not() {
        let dir = tempfile::tempdir().unwrap();
        let data = ("DATA_DIR", dir.path().to_str().unwrap());
        let error = read(&[data, ("BASEURL", "http://example.com")]).unwrap_err().to_string();
        assert!(error.contains("BASEURL is no setting: it is called BASE_URL"), "{error}");
        read(&[data, ("BASE", "x"), ("PATH", "/bin")]).unwrap();
    }

    #[test]
    fn every_problem_is_told_at_once_and_no_password_with_it() {
        let error = read(&[
            ("ENVIRONMENT", "production"),
            ("BASE_URL", "http://1.2.3.4"),
            ("RATE_LIMITS", "off"),
            ("METRICS_LISTEN", "9000"),
            ("TRUSTED_PROXIES", "10.0.0.0/8, nonsense"),
            ("DATABASE_URL", "mysql://root:hunter2@db/x"),
        ])
        .unwrap_err()
        .to_string();
        for part in [
            "BASE_URL",
            "RATE_LIMITS",
            "METRICS_LISTEN",
            "nonsense",
            "DATABASE_URL",
            "SECRET_KEY",
            "https",
            "SMTP_URL",
        ] {
            assert!(error.contains(part), "{part} in {error}");
        }
        assert!(!error.contains("hunter2"));
    }
}
