//! Delivers emails: to the mail server, or in development into the mailbox that `/dev/mail` shows.

use std::{fmt, sync::Arc, time::Duration};

use core_base::{Config, clock};
use uuid::Uuid;

use crate::{
    DevelopmentMailbox, Email, KeptEmail, Mailbox,
    compose::{Sender, compose},
    smtp::Smtp,
};

/// Why an email is not delivered. The texts are for the log: they name no address and no secret
/// of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// The server is down, slow or busy, or does not know us: worth another try.
    Later(String),
    /// Refused for good, or it cannot be sent at all: no other try will end differently.
    Never(String),
    /// There is no such reader: the address cannot be one, or its server does not know it. That is
    /// an answer, and no trouble of ours.
    Nobody(String),
}

impl fmt::Display for Undelivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Later(why) => write!(f, "not delivered yet: {why}"),
            Self::Never(why) => write!(f, "refused: {why}"),
            Self::Nobody(why) => write!(f, "no such reader: {why}"),
        }
    }
}

impl std::error::Error for Undelivered {}

/// The way out for emails.
#[derive(Clone)]
pub struct Mailer(Arc<Inner>);

struct Inner {
    sender: Sender,
    way: Way,
}

enum Way {
    Server(Smtp),
    Mailbox(DevelopmentMailbox),
}

impl Mailer {
    /// By the settings: to `SMTP_URL`, without one into the mailbox of development.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        Self::build(config, None)
    }

    /// With another patience than 20 seconds.
    pub fn with_patience(config: &Config, patience: Duration) -> anyhow::Result<Self> {
        Self::build(config, Some(patience))
    }

    fn build(config: &Config, patience: Option<Duration>) -> anyhow::Result<Self> {
        let way = match &config.mail.server {
            Some(server) => {
                let mut smtp = Smtp::new(server, config)?;
                if let Some(patience) = patience {
                    smtp.set_patience(patience);
                }
                Way::Server(smtp)
            }
            None => Way::Mailbox(DevelopmentMailbox::of(config)),
        };
        let from = Mailbox::new(&config.mail.from_name, &config.mail.from_address);
        let sender = Sender { from, domain: config.base_host().to_owned() };
        Ok(Self(Arc::new(Inner { sender, way })))
    }

    /// Delivers an email. `id` names it: a second try with the same one has the same Message-ID.
    pub async fn deliver(&self, email: &Email, id: Uuid) -> Result<(), Undelivered> {
        let at = clock::now();
        let message = compose(email, &self.0.sender, id, at)?;
        match &self.0.way {
            Way::Server(smtp) => smtp.send(&message).await,
            Way::Mailbox(mailbox) => {
                let source = String::from_utf8_lossy(&message.formatted()).into_owned();
                let kept = KeptEmail { id, at, email: email.clone(), source };
                let (mailbox, kept) = (mailbox.clone(), kept);
                let done = tokio::task::spawn_blocking(move || mailbox.keep(&kept)).await;
                done.map_err(anyhow::Error::from)
                    .and_then(|done| done)
                    .map_err(|error| Undelivered::Later(format!("{error:#}")))
            }
        }
    }
}
