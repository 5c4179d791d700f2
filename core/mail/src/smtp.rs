//! The way by SMTP: one connection for each email, so that a bad one spoils no other.

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
    commands::{Data, Mail, Rcpt},
    extension::{ClientId, Extension, MailBodyParameter, MailParameter},
};
use tokio::time::timeout;

use crate::{Undelivered, line::one_line};

/// A slow server delays its email by so much, and nothing else.
const TIMEOUT: Duration = Duration::from_secs(20);
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
            patience: TIMEOUT,
        })
    }

    pub(crate) fn set_patience(&mut self, patience: Duration) {
        self.patience = patience;
    }

    /// Hands an email over. When the answer to its last byte is lost, it may have arrived even so:
    /// the next try carries the same Message-ID.
    pub(crate) async fn send(&self, message: &lettre::Message) -> Result<(), Undelivered> {
        let Ok(done) = timeout(self.patience, self.hand_over(message)).await else {
            let seconds = self.patience.as_secs();
            return Err(Undelivered::Later(format!(
                "the mail server gave no answer within {seconds} s"
            )));
        };
        let mut connection = done?;
        // The email is theirs: how the goodbye goes changes nothing.
        let _ = timeout(GOODBYE, connection.quit()).await;
        Ok(())
    }

    async fn hand_over(
        &self,
        message: &lettre::Message,
    ) -> Result<AsyncSmtpConnection, Undelivered> {
        // Whatever goes wrong before an email is named is the server's trouble, or the settings'.
        let mut connection =
            self.connect().await.map_err(|error| Undelivered::Later(said(&error)))?;
        hand_over(&mut connection, message).await?;
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

/// Where in the conversation something was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Who sends.
    Sender,
    /// Who reads.
    Reader,
    /// What is said.
    Content,
}

/// What lettre's own `send` does, step by step: an answer to the reader's address is about the reader.
async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    message: &lettre::Message,
) -> Result<(), Undelivered> {
    let (envelope, text) = (message.envelope(), message.formatted());
    let mut options = vec![];
    if !envelope.to().iter().all(|reader| reader.to_string().is_ascii()) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            let text = "the mail server takes no address beyond ASCII (SMTPUTF8)";
            return Err(Undelivered::Nobody(text.into()));
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    if !text.is_ascii() {
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let refused = |stage| move |error: Error| judge(stage, &error);
    let mail = Mail::new(envelope.from().cloned(), options);
    connection.command(mail).await.map_err(refused(Stage::Sender))?;
    for reader in envelope.to() {
        let rcpt = Rcpt::new(reader.clone(), vec![]);
        connection.command(rcpt).await.map_err(refused(Stage::Reader))?;
    }
    connection.command(Data).await.map_err(refused(Stage::Content))?;
    connection.message(&text).await.map_err(refused(Stage::Content))?;
    Ok(())
}

fn judge(stage: Stage, error: &Error) -> Undelivered {
    let code = error.status().map(|code| code.to_string()).unwrap_or_default();
    match meaning(stage, error.is_permanent(), &code, &error.to_string()) {
        Meaning::Later => Undelivered::Later(said(error)),
        Meaning::Never => Undelivered::Never(said(error)),
        Meaning::Nobody => Undelivered::Nobody(said(error)),
    }
}

/// What a refusal is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// Another try may succeed.
    Later,
    /// None will, and the operator has to look.
    Never,
    /// None will, and it is the reader's doing.
    Nobody,
}

/// 5xx ends it, except where it means that we have not said who we are. The answer to the reader's
/// address is about the reader, whatever its code, unless the server passes nothing on for us. The answer
/// to the email is about the reader where the second code (RFC 3463) says so: 5.1 is the address, 5.2 its
/// mailbox.
fn meaning(stage: Stage, is_permanent: bool, code: &str, said: &str) -> Meaning {
    if !is_permanent || matches!(code, "530" | "534" | "535" | "538") {
        return Meaning::Later;
    }
    let mut codes = said.split(|c: char| !c.is_ascii_digit() && c != '.');
    let is_address = |code: &str| {
        (code.starts_with("5.1.") || code.starts_with("5.2.")) && code.split('.').count() == 3
    };
    let passes_nothing_on = said.to_lowercase().contains("relay");
    match stage {
        Stage::Reader if !passes_nothing_on => Meaning::Nobody,
        Stage::Content if codes.any(is_address) => Meaning::Nobody,
        _ => Meaning::Never,
    }
}

/// The server's words, for the log.
fn said(error: &Error) -> String {
    one_line(&format!("the mail server: {error}"), 300)
}

#[cfg(test)]
mod tests {
    use super::{Meaning, Stage, meaning};

    #[test]
    fn a_refused_reader_is_told_from_a_refused_sender() {
        use Meaning::{Later, Never, Nobody};
        for (stage, said, worth) in [
            (Stage::Reader, "550: 5.1.1 no such user", Nobody),
            (Stage::Reader, "550: No such user here", Nobody),
            (Stage::Reader, "552: 5.2.2 mailbox full", Nobody),
            (Stage::Reader, "550: 5.4.1 Recipient address rejected: Access denied", Nobody),
            (Stage::Reader, "554: 5.7.1 You are not allowed to write to this list", Nobody),
            (Stage::Reader, "554: delivery error: account disabled", Nobody),
            (Stage::Reader, "550: 5.7.1 Relaying denied from 192.0.2.7", Never),
            (Stage::Reader, "535: 5.7.8 authentication failed", Later),
            (Stage::Reader, "450: 4.7.1 try again later", Later),
            (Stage::Sender, "550: 5.1.8 sender address rejected", Never),
            (Stage::Content, "550: 5.1.1 no such user", Nobody),
            (Stage::Content, "554: rejected as spam", Never),
            (Stage::Content, "552: message too large", Never),
        ] {
            let code = &said[..3];
            assert_eq!(
                meaning(stage, code.starts_with('5'), code, said),
                worth,
                "{stage:?} {said}"
            );
        }
    }
}
