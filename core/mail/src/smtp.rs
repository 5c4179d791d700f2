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

/// 5xx means this email, except where it means that we have not said who we are; and some mean its
/// reader.
fn judge(error: &Error, message: &lettre::Message) -> Undelivered {
    let code = error.status().map(|code| code.to_string());
    let about_us = matches!(code.as_deref(), Some("530" | "534" | "535" | "538"));
    // Addresses beyond ASCII need an extension, without which the client does not even try.
    let plain = message.envelope().to().iter().all(|address| address.to_string().is_ascii());
    let unspeakable = error.is_client() && !plain;
    if unspeakable || (error.is_permanent() && is_about_reader(&error.to_string())) {
        Undelivered::Nobody(said(error))
    } else if error.is_permanent() && !about_us {
        Undelivered::Never(said(error))
    } else {
        Undelivered::Later(said(error))
    }
}

/// Is a permanent refusal about the address alone? The second code (RFC 3463) says so: 5.1 is the
/// address, 5.2 its mailbox, and 5.7 a policy, which is for us to mend. Without one, the first does.
fn is_about_reader(said: &str) -> bool {
    let codes = said.split(|c: char| !c.is_ascii_digit() && c != '.');
    let second = codes.clone().find(|code| code.starts_with("5.") && code.split('.').count() == 3);
    match second {
        Some(code) => code.starts_with("5.1.") || code.starts_with("5.2."),
        None => codes.into_iter().any(|code| matches!(code, "550" | "551" | "553" | "556")),
    }
}

/// The server's words, for the log.
fn said(error: &Error) -> String {
    one_line(&format!("the mail server: {error}"), 300)
}

#[cfg(test)]
mod tests {
    use super::is_about_reader;

    #[test]
    fn a_refused_reader_is_told_from_a_refused_sender() {
        for (said, reader) in [
            ("permanent error (550): 5.1.1 no such user", true),
            ("permanent error (550): No such user here", true),
            ("permanent error (552): 5.2.2 mailbox full", true),
            ("permanent error (550): 5.7.1 relaying denied from 192.0.2.7", false),
            ("permanent error (554): rejected as spam", false),
            ("permanent error (552): message too large", false),
        ] {
            assert_eq!(is_about_reader(said), reader, "{said}");
        }
    }
}
