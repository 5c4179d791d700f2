//! An email ready to be sent: plain data, so that it can wait in the queue.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::line::one_line;

/// Whom an email goes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// Their name; may be empty.
    pub name: String,
    /// Their address.
    pub address: String,
}

impl Mailbox {
    /// Somebody at an address. The name is cut to one line of a sensible length.
    pub fn new(name: &str, address: &str) -> Self {
        Self { name: one_line(name, 100), address: address.trim().to_owned() }
    }

    /// An address of which no more is known.
    pub fn unknown(address: &str) -> Self {
        Self::new("", address)
    }
}

/// An email. [`Message`](crate::Message) writes it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Email {
    /// To whom.
    pub to: Mailbox,
    /// What it is about.
    pub subject: String,
    /// For programs that show text.
    pub text: String,
    /// For those that show HTML.
    pub html: String,
}

impl Email {
    /// Larger ones are not sent: they are a mistake. The layout itself has 4 kB.
    pub const MOST_BYTES: usize = 128 * 1024;

    /// Every address in the text, in order.
    pub fn links(&self) -> Vec<&str> {
        let words = self.text.split_whitespace();
        words.filter(|word| word.starts_with("https://") || word.starts_with("http://")).collect()
    }

    pub(crate) fn is_too_large(&self) -> bool {
        let Self { to, subject, text, html } = self;
        let parts = [&to.name, &to.address, subject, text, html];
        parts.iter().map(|part| part.len()).sum::<usize>() > Self::MOST_BYTES
    }
}

impl fmt::Debug for Email {
    /// Its links are as good as passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}
