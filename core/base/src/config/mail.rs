//! Settings of mail: the server that takes it, and whom it is from.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use url::Url;

use super::Reader;
use crate::{Secret, normalise_email};

pub(super) const NO_SERVER: &str = "SMTP_URL is not set, so no mail could be sent: \
                                    smtps://user:password@mail.example.com";
const EXAMPLES: &str = "smtps://user:password@host, smtp://user:password@host?tls=required, or \
                        smtp://host for a relay that asks for no password";

/// How mail leaves.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// `SMTP_URL`; `None`: emails are kept in `DATA_DIR/mail`, to be read at `/dev/mail`.
    pub server: Option<SmtpServer>,
    /// `MAIL_FROM`, its name.
    pub from_name: String,
    /// `MAIL_FROM`, its address.
    pub from_address: String,
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct SmtpServer {
    /// Its name, which its certificate must carry.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is protected.
    pub tls: SmtpTls,
    /// User and password.
    pub login: Option<(String, Secret)>,
    /// `SMTP_CA_FILE`: who signed its certificate, where that is no public authority.
    pub ca_file: Option<PathBuf>,
}

/// How the way to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// Not at all: a relay beside us.
    None,
    /// From the first byte: `smtps://`.
    Always,
    /// By STARTTLS, or nothing is sent: `smtp://…?tls=required`.
    StartTls,
}

impl Reader {
    pub(super) fn mail(&mut self, product: &str, base_url: &Url) -> MailConfig {
        let host = base_url.host_str().unwrap_or("localhost");
        let mut from = (product.to_owned(), format!("no-reply@{host}"));
        if let Some(text) = self.text("MAIL_FROM") {
            match sender(&text, product) {
                Some(sender) => from = sender,
                None => self.problem(format!(
                    "MAIL_FROM={text} must be an address, alone or as in \
                     Acme Support <support@example.com>"
                )),
            }
        }
        let (from_name, from_address) = from;
        MailConfig { server: self.smtp_server(), from_name, from_address }
    }

    fn smtp_server(&mut self) -> Option<SmtpServer> {
        let ca_file = self.text("SMTP_CA_FILE").map(PathBuf::from);
        let text = self.secret("SMTP_URL")?;
        // The text holds a password: it is not repeated.
        match server(text.expose()) {
            Ok(server) => Some(SmtpServer { ca_file, ..server }),
            Err(problem) => {
                self.problem(problem);
                None
            }
        }
    }
}

/// `Name <address>` or an address alone.
fn sender(text: &str, product: &str) -> Option<(String, String)> {
    let Some((name, rest)) = text.split_once('<') else {
        return Some((product.to_owned(), normalise_email(text)?));
    };
    let name = name.trim().trim_matches('"');
    let address = normalise_email(rest.trim().strip_suffix('>')?)?;
    let name = if name.is_empty() { product } else { name };
    (!name.chars().any(char::is_control)).then(|| (name.to_owned(), address))
}

fn server(text: &str) -> Result<SmtpServer, String> {
    let unreadable = || format!("SMTP_URL cannot be read; it looks like {EXAMPLES}");
    let url = Url::parse(text).map_err(|_| unreadable())?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(unreadable)?;
    let options: Vec<_> = url.query_pairs().collect();
    let tls = match (url.scheme(), options.as_slice()) {
        ("smtps", []) => SmtpTls::Always,
        ("smtp", []) => SmtpTls::None,
        ("smtp", [(name, value)]) if name == "tls" && value == "required" => SmtpTls::StartTls,
        _ => return Err(unreadable()),
    };
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(|text| text.into_owned());
    let login = match (url.username(), url.password()) {
        ("", None) => None,
        (user, Some(password)) if !user.is_empty() => {
            let user = decoded(user).map_err(|_| unreadable())?;
            Some((user, Secret::new(decoded(password).map_err(|_| unreadable())?)))
        }
        _ => return Err("SMTP_URL needs both a user and a password, or neither".into()),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let local = matches!(&*host, "localhost" | "127.0.0.1" | "::1");
    if login.is_some() && tls == SmtpTls::None && !local {
        return Err("SMTP_URL would send the password in the clear: use smtps://, or add \
                    ?tls=required"
            .into());
    }
    let port = url.port().unwrap_or(match tls {
        SmtpTls::None => 25,
        SmtpTls::Always => 465,
        SmtpTls::StartTls => 587,
    });
    Ok(SmtpServer { host, port, tls, login, ca_file: None })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{SmtpTls, sender, server};

    #[test]
    fn the_three_kinds_of_servers_are_read_with_their_ports_and_logins() {
        let one = server("smtps://me%40acme.example:a%2Fb+c@mail.example.com").unwrap();
        assert_eq!((one.tls, one.port, &*one.host), (SmtpTls::Always, 465, "mail.example.com"));
        let (user, password) = one.login.unwrap();
        assert_eq!((&*user, password.expose()), ("me@acme.example", "a/b+c"));
        let one = server("smtp://u:p@mail.example.com?tls=required").unwrap();
        assert_eq!((one.tls, one.port), (SmtpTls::StartTls, 587));
        let one = server("smtp://[::1]:2525").unwrap();
        assert_eq!((one.tls, one.port, &*one.host), (SmtpTls::None, 2525, "::1"));
        assert!(one.login.is_none());
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for (text, word) in [
            ("mail.example.com", "cannot be read"),
            ("https://u:hunter2@mail.example.com", "cannot be read"),
            ("smtp://u:hunter2@mail.example.com?tls=maybe", "cannot be read"),
            ("smtps://u:hunter2@", "cannot be read"),
            ("smtp://u:hunter2@mail.example.com", "in the clear"),
            ("smtps://user@mail.example.com", "both"),
        ] {
            let problem = server(text).unwrap_err();
            assert!(problem.contains(word) && !problem.contains("hunter2"), "{text}: {problem}");
        }
    }

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        let pair = |name: &str, address: &str| Some((name.to_owned(), address.to_owned()));
        assert_eq!(sender("Acme <hi@acme.example>", "X"), pair("Acme", "hi@acme.example"));
        assert_eq!(sender("\"Acme, Inc.\" <hi@a.b>", "X"), pair("Acme, Inc.", "hi@a.b"));
        assert_eq!(sender("hi@acme.example", "Groundwork"), pair("Groundwork", "hi@acme.example"));
        for bad in ["", "Acme", "Acme <hi>", "Acme <hi@a.b", "A\u{7}b <hi@a.b>"] {
            assert_eq!(sender(bad, "X"), None, "{bad}");
        }
    }
}
