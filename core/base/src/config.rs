//! Settings: read once from the environment (and `.env`), checked all at once, passed by value.

mod dotenv;
mod mail;
mod origins;
mod read;
mod setting;

use std::{net::SocketAddr, path::PathBuf};

use ipnet::IpNet;
use url::Url;

pub use mail::{MailConfig, SmtpServer, SmtpTls};
pub use origins::Origins;
pub use read::Reader;
pub use setting::Setting;

use crate::{EncryptionKey, Secret, Token};

/// What the product is called unless a setting says otherwise; `make rename` changes it here.
const PRODUCT_NAME: &str = "Groundwork";

/// What kind of installation this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Demo data, development pages, plain HTTP.
    Development,
    /// Nothing of that; HTTPS.
    Production,
    /// Like production, for automated tests on plain HTTP.
    Test,
}

/// The words of `ENVIRONMENT`.
const ENVIRONMENTS: [(&str, Environment); 3] = [
    ("development", Environment::Development),
    ("production", Environment::Production),
    ("test", Environment::Test),
];

/// Who may make an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Everybody.
    Open,
    /// Whoever was invited to a workspace.
    Invited,
    /// Nobody; an operator makes accounts with `user create`.
    Closed,
}

/// Where the data lives.
#[derive(Clone, Debug)]
pub enum StoreConfig {
    /// SQLite files under `Config::data_dir`.
    Embedded,
    /// PostgreSQL: the catalogue's login, and the one that may create schemas and roles.
    Postgres {
        /// `DATABASE_URL`.
        url: Url,
        /// `DATABASE_OWNER_URL`; `None`: `url` is the owner's.
        owner_url: Option<Url>,
        /// `DATABASE_POOLED`: `url` leads to a pooler in transaction mode.
        pooled: bool,
    },
}

/// Every setting of the platform. Apps read their own from the same [`Reader`].
#[derive(Clone, Debug)]
pub struct Config {
    /// `ENVIRONMENT`.
    pub environment: Environment,
    /// `BASE_URL`: the account site; workspaces are its subdomains.
    pub base_url: Url,
    /// `LISTEN`.
    pub listen: SocketAddr,
    /// `DATA_DIR`.
    pub data_dir: PathBuf,
    /// `DATABASE_URL` and its companions.
    pub store: StoreConfig,
    /// `DATABASE_CONNECTIONS`: so many work at a time, on all cells; each cell keeps at most as many.
    pub connections: usize,
    /// `SECRET_KEY`.
    pub secret_key: Secret,
    /// `MASTER_KEY`: what the keys of encrypted columns are wrapped with, the newest first; without it,
    /// `SECRET_KEY`.
    pub master_keys: Vec<Secret>,
    /// `TRUSTED_PROXIES`: who may tell us a client's address.
    pub trusted_proxies: Vec<IpNet>,
    /// `PRODUCT_NAME`.
    pub product_name: String,
    /// `SMTP_URL` and its companions.
    pub mail: MailConfig,
    /// `REGISTRATION`.
    pub registration: Registration,
    /// `RATE_LIMITS`.
    pub rate_limits: bool,
    /// `METRICS_LISTEN`: where `/metrics` is; none: nowhere.
    pub metrics_listen: Option<SocketAddr>,
    /// `LOG_FORMAT=json`; text otherwise.
    pub log_json: bool,
}

impl Config {
    /// Reads the environment, where no app asks for anything. The error lists every problem, a line
    /// each.
    pub fn from_env() -> anyhow::Result<Self> {
        Self::read(Reader::from_env()?)
    }

    /// The platform's settings alone. The error lists every problem, a line each.
    pub fn read(mut env: Reader) -> anyhow::Result<Self> {
        let config = Self::of(&mut env);
        env.finish()?;
        Ok(config)
    }

    /// Reads what the platform asks for, making the development key under `DATA_DIR` where none is set.
    /// It is good for nothing unless [`Reader::finish`] finds no problem.
    pub fn of(env: &mut Reader) -> Self {
        let environment = env.environment();
        let data_dir = PathBuf::from(env.text_or("DATA_DIR", "./data"));
        let listen: SocketAddr = env.parsed("LISTEN", "127.0.0.1:8000");
        let base_url = env.base_url(listen.port());
        let store = env.store();
        let secret_key = env.secret_key(environment, &data_dir);
        let registration = env.choice(
            "REGISTRATION",
            &[
                ("open", Registration::Open),
                ("invited", Registration::Invited),
                ("closed", Registration::Closed),
            ],
        );
        let rate_limits = env.switch("RATE_LIMITS", true);
        let product_name = env.text_or("PRODUCT_NAME", PRODUCT_NAME);
        let mail = env.mail(&product_name, &base_url);
        if environment == Environment::Production {
            if !rate_limits {
                env.problem("RATE_LIMITS=off is for benchmarks and tests; remove it in production");
            }
            if base_url.scheme() != "https" {
                env.problem("BASE_URL must start with https:// in production");
            }
            if mail.server.is_none() {
                env.problem(mail::NO_SERVER);
            }
        }
        Self {
            environment,
            listen,
            data_dir,
            store,
            connections: env.parsed("DATABASE_CONNECTIONS", "8"),
            master_keys: env.master_keys(&secret_key),
            secret_key,
            trusted_proxies: env.networks("TRUSTED_PROXIES"),
            product_name,
            mail,
            registration,
            rate_limits,
            metrics_listen: env.address("METRICS_LISTEN"),
            log_json: env.switch_between(
                "LOG_FORMAT",
                ("json", "text"),
                environment == Environment::Production,
            ),
            base_url,
        }
    }

    /// The host of the account site; workspaces are `<slug>.` before it.
    pub fn base_host(&self) -> &str {
        self.base_url.host_str().expect("checked when it was read")
    }

    /// Are cookies and links for HTTPS?
    pub fn is_https(&self) -> bool {
        self.base_url.scheme() == "https"
    }

    /// The address of the account site, without a slash at the end.
    pub fn account_origin(&self) -> String {
        self.base_url.origin().ascii_serialization()
    }

    /// The address that a workspace of this slug would get, without a slash at the end. One that is
    /// there says its own.
    pub fn workspace_origin(&self, slug: &str) -> String {
        self.origins().of_slug(slug)
    }

    /// How addresses are made of `BASE_URL`.
    pub fn origins(&self) -> Origins {
        Origins::new(&self.base_url)
    }

    /// A key of its own for each purpose, made from `SECRET_KEY` by HMAC.
    pub fn derive_key(&self, purpose: &str) -> Secret {
        derive(&self.secret_key, purpose)
    }

    /// A key of its own for each purpose, to encrypt with.
    pub fn encryption_key(&self, purpose: &str) -> EncryptionKey {
        EncryptionKey::of_secret(&self.derive_key(purpose), purpose)
    }

    /// A token that nobody else can make and that need not be kept: the HMAC of `text` under the
    /// key of `purpose`.
    pub fn mac_token(&self, purpose: &str, text: &str) -> Token {
        let hex = derive(&self.derive_key(purpose), text);
        Token::parse(hex.expose()).expect("an HMAC-SHA256 is 64 hex digits")
    }
}

/// HMAC-SHA256 of `purpose` under `key`, in hex.
pub fn derive(key: &Secret, purpose: &str) -> Secret {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key.expose().as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(purpose.as_bytes());
    Secret::new(hex::encode(mac.finalize().into_bytes()))
}
