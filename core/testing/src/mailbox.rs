//! The emails of a stage, for reading what people were sent.

use core_mail::{DevelopmentMailbox, Email, KeptEmail};

use crate::Stage;

/// Every email that a stage delivered; each stage has its own.
pub struct StageMailbox(DevelopmentMailbox);

impl Stage {
    /// The emails delivered here.
    pub fn mailbox(&self) -> StageMailbox {
        StageMailbox(DevelopmentMailbox::of(self.config()))
    }

    /// Delivers an email as the running site would.
    pub async fn deliver(&self, email: &Email) -> uuid::Uuid {
        let id = uuid::Uuid::now_v7();
        let mailer = core_mail::Mailer::new(self.config()).expect("the settings are good");
        mailer.deliver(email, id).await.expect("the mailbox can be written");
        id
    }
}

impl StageMailbox {
    /// All emails, the newest first.
    pub fn emails(&self) -> Vec<Email> {
        self.kept().into_iter().map(|kept| kept.email).collect()
    }

    /// Those to one address, the newest first.
    pub fn to(&self, address: &str) -> Vec<Email> {
        let mut emails = self.emails();
        emails.retain(|email| email.to.address == address);
        emails
    }

    /// The newest one to an address; fails the test and says whom there are emails to.
    pub fn newest_to(&self, address: &str) -> Email {
        let emails = self.emails();
        let all: Vec<_> = emails.iter().map(|email| email.to.address.clone()).collect();
        let found = emails.into_iter().find(|email| email.to.address == address);
        found.unwrap_or_else(|| panic!("no email to {address}, only to {all:?}"))
    }

    /// Every email, with when and how it was sent.
    pub fn kept(&self) -> Vec<KeptEmail> {
        self.0.emails().expect("the mailbox can be read")
    }
}
