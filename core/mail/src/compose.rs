//! From an email to the bytes that travel: headers, both parts, nothing that somebody slipped in.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::{
    Address,
    message::{
        self, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};
use uuid::Uuid;

use crate::{Email, Mailbox, Undelivered, line::one_line};

/// What one email has in common with the next.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    pub(crate) from: Mailbox,
    /// The part of each Message-ID behind its `@`.
    pub(crate) domain: String,
}

/// The email as it travels. The same id gives the same Message-ID, so that a program which gets it
/// twice shows it once.
pub(crate) fn compose(
    email: &Email,
    sender: &Sender,
    id: Uuid,
    at: DateTime<Utc>,
) -> Result<lettre::Message, Undelivered> {
    if email.is_too_large() {
        return Err(Undelivered::Never("the email is too large".into()));
    }
    lettre::Message::builder()
        .message_id(Some(format!("<{id}@{}>", sender.domain)))
        .date(SystemTime::from(at))
        .from(mailbox(&sender.from)?)
        .to(mailbox(&email.to)?)
        .subject(one_line(&email.subject, 150))
        .raw_header(header("Auto-Submitted", "auto-generated"))
        // Exchange answers that somebody is away even so, unless it is told not to.
        .raw_header(header("X-Auto-Response-Suppress", "All"))
        .multipart(MultiPart::alternative_plain_html(email.text.clone(), email.html.clone()))
        .map_err(|error| Undelivered::Never(format!("the email cannot be written: {error}")))
}

fn mailbox(mailbox: &Mailbox) -> Result<message::Mailbox, Undelivered> {
    // Cleaned again: an email that waited in the queue is data like any other.
    let name = one_line(&mailbox.name, 100);
    // The rule of every form, so that what passes there is sent here.
    let address = core_base::normalise_email(&mailbox.address)
        .or_else(|| mailbox.address.ends_with("@localhost").then(|| mailbox.address.clone()))
        .and_then(|address| address.parse::<Address>().ok())
        .ok_or_else(|| Undelivered::Nobody("the address cannot be one".into()))?;
    Ok(message::Mailbox::new((!name.is_empty()).then_some(name), address))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{Sender, compose};
    use crate::{Email, Mailbox, Undelivered};

    fn sent(name: &str, address: &str, subject: &str) -> Result<String, Undelivered> {
        let from = Mailbox::new("Groundwork", "no-reply@localhost");
        let sender = Sender { from, domain: "groundwork.example".into() };
        let to = Mailbox { name: name.into(), address: address.into() };
        let (text, html) = ("Hi\n.\nBcc: a@b.c\n".to_owned(), "<p>Hi</p>".to_owned());
        let email = Email { to, subject: subject.into(), text, html };
        let message = compose(&email, &sender, uuid::Uuid::nil(), core_base::clock::now())?;
        assert_eq!(message.envelope().to().len(), 1);
        Ok(String::from_utf8(message.formatted()).unwrap())
    }

    fn headers(source: &str) -> Vec<&str> {
        let head = source.split("\r\n\r\n").next().unwrap();
        let starts = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
        starts.map(|line| line.split(':').next().unwrap()).collect()
    }

    #[test]
    fn an_email_has_these_headers_and_no_others_whatever_people_typed() {
        let wanted = headers(&sent("Ada", "ada@acme.example", "Hello").unwrap()).len();
        let tries = [
            "Ada\r\nBcc: eve@evil.example",
            "Ada\nX-Evil: 1\n\nbody",
            "Ada\" <eve@evil.example>, \"x",
            "Ada\0\u{85}\u{2028}Bcc: eve@evil.example",
            "=?utf-8?q?Ada=0d=0aBcc:_eve@evil.example?=",
            "\u{202e}\u{2066}adA",
            &"x".repeat(10_000),
        ];
        for text in tries {
            let source = sent(text, "ada@acme.example", text).unwrap();
            assert_eq!(headers(&source).len(), wanted, "{source}");
            assert!(source.lines().all(|line| line.len() <= 998), "{text}");
            assert!(!source.contains("\r\nBcc: eve") && !source.contains("\u{202e}"), "{source}");
        }
    }

    #[test]
    fn an_address_that_is_none_is_refused_for_good() {
        for bad in [
            "",
            "ada",
            "ada@acme.example\r\nRCPT TO:<eve@evil.example>",
            "ada@acme.example, eve@evil.example",
            "ada@acme.example> BODY=8BITMIME",
            "\"a b\"@acme.example",
            "ada@acme.example\0",
        ] {
            let refused = sent("Ada", bad, "Hello");
            assert!(matches!(refused, Err(Undelivered::Nobody(_))), "{bad:?}");
        }
    }

    #[test]
    fn the_same_id_gives_the_same_message_id() {
        let source = sent("Ada", "ada@acme.example", "Hello").unwrap();
        let id = "Message-ID: <00000000-0000-0000-0000-000000000000@groundwork.example>";
        assert!(source.contains(id), "{source}");
        assert!(source.contains("Auto-Submitted: auto-generated\r\n"), "{source}");
        assert!(source.contains("multipart/alternative"), "{source}");
    }

    #[test]
    fn an_email_that_is_far_too_large_is_refused() {
        let to = Mailbox::unknown("ada@acme.example");
        let text = "x".repeat(Email::MOST_BYTES + 1);
        let email = Email { to: to.clone(), subject: String::new(), text, html: String::new() };
        let sender = Sender { from: to, domain: "x".into() };
        let refused = compose(&email, &sender, uuid::Uuid::nil(), core_base::clock::now());
        assert!(matches!(refused, Err(Undelivered::Never(_))));
    }
}
