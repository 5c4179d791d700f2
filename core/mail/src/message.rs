//! What an email says, in the order it is read; text and HTML are made from it.

use askama::Template;
use core_base::Config;

use crate::{
    Email, Line, Mailbox,
    line::{Kind, one_line},
};

/// What every email carries: who writes, and from where.
#[derive(Clone, Debug)]
pub struct Branding {
    product: String,
    host: String,
}

impl Branding {
    /// That of this site.
    pub fn of(config: &Config) -> Self {
        let port = config.base_url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Self { product: config.product_name.clone(), host: format!("{}{port}", config.base_host()) }
    }

    /// For tests of emails.
    pub fn plain() -> Self {
        Self { product: "Groundwork".into(), host: "groundwork.example".into() }
    }

    /// What the product is called.
    pub fn product(&self) -> &str {
        &self.product
    }

    /// The logo is the first character of the product's name: mail programs block pictures.
    fn initial(&self) -> String {
        self.product.chars().next().map(|c| c.to_uppercase().to_string()).unwrap_or_default()
    }
}

/// An email while it is written.
#[derive(Clone, Debug)]
pub struct Message {
    subject: String,
    heading: Line,
    lines: Vec<Line>,
    button: Option<(String, String)>,
    small: Vec<Line>,
    why: Line,
}

impl Message {
    /// An email about this. What people typed is no subject, unless it can only be a name: nobody
    /// writes a stranger a headline in our name.
    pub fn new(subject: impl Into<String>) -> Self {
        let subject = one_line(&subject.into(), 150);
        let heading = Line::from(subject.as_str());
        let (lines, small, why) = (vec![], vec![], Line::default());
        Self { subject, heading, lines, button: None, small, why }
    }

    /// Another heading than the subject.
    #[must_use]
    pub fn heading(mut self, heading: impl Into<Line>) -> Self {
        self.heading = heading.into();
        self
    }

    /// A paragraph.
    #[must_use]
    pub fn line(mut self, line: impl Into<Line>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// The one thing to do. Its address is also written out.
    #[must_use]
    pub fn button(mut self, label: impl Into<String>, link: impl Into<String>) -> Self {
        self.button = Some((label.into(), link.into()));
        self
    }

    /// Small print: how long the link works, what to do when it was somebody else.
    #[must_use]
    pub fn small(mut self, line: impl Into<Line>) -> Self {
        self.small.push(line.into());
        self
    }

    /// Why they get it.
    #[must_use]
    pub fn why(mut self, why: impl Into<Line>) -> Self {
        self.why = why.into();
        self
    }

    /// The finished email.
    pub fn email(self, on: &Branding, to: Mailbox) -> Email {
        let never = "a template that only prints text cannot fail";
        let text = Text { message: &self, on }.render().expect(never);
        let html = Html { message: &self, on }.render().expect(never);
        Email { to, subject: self.subject, text, html }
    }
}

#[derive(Template)]
#[template(path = "email.html")]
struct Html<'a> {
    message: &'a Message,
    on: &'a Branding,
}

#[derive(Template)]
#[template(path = "email.txt")]
struct Text<'a> {
    message: &'a Message,
    on: &'a Branding,
}

#[cfg(test)]
mod tests {
    use super::{Branding, Message};
    use crate::{Email, Line, Mailbox};

    const LINK: &str = "https://groundwork.example/confirm/0123abcd?next=/a&b=c";

    fn written(name: &str) -> Email {
        let on = Branding::plain();
        Message::new("Confirm your address")
            .line(Line::new("Hi ").typed(name).text(", please confirm."))
            .button("Confirm", LINK)
            .small("The link works for 24 hours.")
            .why("You get this because somebody signed up.")
            .email(&on, Mailbox::new(name, "ada@acme.example"))
    }

    #[test]
    fn the_text_says_everything_and_has_the_link_as_it_is() {
        let email = written("Ada");
        assert_eq!(
            email.text,
            "Confirm your address\n\nHi Ada, please confirm.\n\nConfirm:\n\
             https://groundwork.example/confirm/0123abcd?next=/a&b=c\n\n\
             The link works for 24 hours.\n\n-- \n\
             You get this because somebody signed up.\nGroundwork, groundwork.example"
        );
        assert_eq!(email.links(), [LINK]);
    }

    #[test]
    fn the_html_escapes_names_and_writes_the_link_out() {
        let email = written("<script>alert(1)</script> & Söhne");
        assert!(!email.html.contains("<script"), "{}", email.html);
        assert!(email.html.contains("Söhne"));
        let link = LINK.replace('&', "&#38;");
        assert_eq!(email.html.matches(&link).count(), 2, "{}", email.html);
        for part in ["Confirm your address", "24 hours", "somebody signed up", ">G<"] {
            assert!(email.html.contains(part), "{part}");
        }
    }

    #[test]
    fn an_email_stays_small_whatever_people_typed() {
        let email = written(&"<".repeat(1_000_000));
        assert!(email.html.len() + email.text.len() < 16 * 1024, "{}", email.html.len());
        assert!(!email.is_too_large());
    }
}
