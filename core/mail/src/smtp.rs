//! The way by SMTP: one connection for each letter, so that a bad one spoils no other.

use std::{fs, time::Duration};

use anyhow::Context;
use core_base::{
    Config,
    config::{SmtpServer, SmtpTls},
};
use lettre::transport::smtp::{
    Error,
    authentication::{Credentials, DEFAULT_MECHANISMS},
    client::{AsyncSmtpConnection, Certificate, TlsParameters},
    extension::ClientId,
};
use tokio::time::timeout;

use crate::{Undelivered, line::one_line};

/// A slow server delays its letter by so much, and nothing else.
const PATIENCE: Duration = Duration::from_secs(20);
const GOODBYE: Duration = Duration::from_secs(1);

/// A mail server, and how to speak with it.
pub(crate) struct Smtp {
    server: SmtpServer,
    login: Option<Credentials>,
    hello: ClientId,
    tls: TlsParameters,
    patience: Duration,
}

impl Smtp {
    pub(crate) fn new(server: &SmtpServer, config: &Config) -> anyhow::Result<Self> {
        let mut tls = TlsParameters::builder(server.host.clone());
        if let Some(path) = &server.ca_file {
            let what = || format!("reading SMTP_CA_FILE {}", path.display());
            let pem = fs::read(path).with_context(what)?;
            tls = tls.add_root_certificate(Certificate::from_pem(&pem).with_context(what)?);
        }
        let login = server.login.as_ref();
        Ok(Self {
            login: login.map(|(user, password)| {
                Credentials::new(user.clone(), password.expose().to_owned())
            }),
            hello: ClientId::Domain(config.base_host().to_owned()),
            tls: tls.build().context("preparing TLS for SMTP_URL")?,
            server: server.clone(),
            patience: PATIENCE,
        })
    }

    pub(crate) fn set_patience(&mut self, patience: Duration) {
        self.patience = patience;
    }

    /// Hands a letter over. When the answer to its last byte is lost, it may have arrived even so:
    /// the next try carries the same Message-ID.
    pub(crate) async fn send(&self, message: &lettre::Message) -> Result<(), Undelivered> {
        let Ok(done) = timeout(self.patience, self.hand_over(message)).await else {
            let seconds = self.patience.as_secs();
            return Err(Undelivered::Later(format!(
                "the mail server gave no answer within {seconds} s"
            )));
        };
        let mut connection = done?;
        // The letter is theirs: how the goodbye goes changes nothing.
        let _ = timeout(GOODBYE, connection.quit()).await;
        Ok(())
    }

    async fn hand_over(
        &self,
        message: &lettre::Message,
    ) -> Result<AsyncSmtpConnection, Undelivered> {
        // Whatever goes wrong before a letter is named is the server's trouble, or the settings'.
        let mut connection =
            self.connect().await.map_err(|error| Undelivered::Later(said(&error)))?;
        connection
            .send(message.envelope(), &message.formatted())
            .await
            .map_err(|error| judge(&error, message))?;
        Ok(connection)
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let SmtpServer { host, port, tls, .. } = &self.server;
        let from_the_start = (*tls == SmtpTls::Always).then(|| self.tls.clone());
        let place = (host.as_str(), *port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            place,
            Some(self.patience),
            &self.hello,
            from_the_start,
            None,
        )
        .await?;
        if *tls == SmtpTls::StartTls {
            connection.starttls(self.tls.clone(), &self.hello).await?;
        }
        if let Some(login) = &self.login {
            connection.auth(DEFAULT_MECHANISMS, login).await?;
        }
        Ok(connection)
    }
}

/// 5xx means this letter, except where it means that we have not said who we are.
fn judge(error: &Error, message: &lettre::Message) -> Undelivered {
    let code = error.status().map(|code| code.to_string());
    let about_us = matches!(code.as_deref(), Some("530" | "534" | "535" | "538"));
    // Addresses beyond ASCII need an extension, without which the client does not even try.
    let plain = message.envelope().to().iter().all(|address| address.to_string().is_ascii());
    let unspeakable = error.is_client() && !plain;
    if unspeakable || (error.is_permanent() && !about_us) {
        Undelivered::Never(said(error))
    } else {
        Undelivered::Later(said(error))
    }
}

/// The server's words, for the log.
fn said(error: &Error) -> String {
    one_line(&format!("the mail server: {error}"), 300)
}
