//! What a job needs to write and send emails: the stationery, the addresses of this site, the way out.

use std::sync::Arc;

use core_base::{Config, Token};
use uuid::Uuid;

use crate::{Branding, Email, Mailer, Undelivered};

/// The post office of this process. Cheap to clone.
#[derive(Clone)]
pub struct EmailService(Arc<Inner>);

struct Inner {
    branding: Branding,
    account_origin: String,
    config: Config,
    mailer: Result<Mailer, String>,
}

impl EmailService {
    /// By the settings. What is wrong with the way out is said when an email is sent: pages must
    /// work without it.
    pub fn new(config: &Config) -> Self {
        let mailer = Mailer::new(config).map_err(|error| format!("{error:#}"));
        Self(Arc::new(Inner {
            branding: Branding::of(config),
            account_origin: config.account_origin(),
            config: config.clone(),
            mailer,
        }))
    }

    /// What every email carries.
    pub fn branding(&self) -> &Branding {
        &self.0.branding
    }

    /// An address on the account site, for a path that begins with a slash.
    pub fn account(&self, path: &str) -> String {
        format!("{}{path}", self.0.account_origin)
    }

    /// The secret of a link that is kept nowhere; see [`Config::seal`].
    pub fn mac_token(&self, purpose: &str, text: &str) -> Token {
        self.0.config.mac_token(purpose, text)
    }

    /// Are emails that others can cause counted (`RATE_LIMITS`)?
    pub fn is_limited(&self) -> bool {
        self.0.config.rate_limits
    }

    /// Delivers an email. `id` names it: a repetition with the same one has the same Message-ID.
    pub async fn deliver(&self, email: &Email, id: Uuid) -> Result<(), Undelivered> {
        match &self.0.mailer {
            Ok(mailer) => mailer.deliver(email, id).await,
            Err(why) => Err(Undelivered::Later(why.clone())),
        }
    }
}
