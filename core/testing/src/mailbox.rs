//! The letters of a stage, for reading what people were sent.

use core_mail::{DevelopmentMailbox, Email, KeptEmail};

use crate::Stage;

/// Every letter that a stage delivered; each stage has its own.
pub struct StageMailbox(DevelopmentMailbox);

impl Stage {
    /// The emails delivered here.
    pub fn mailbox(&self) -> StageMailbox {
        StageMailbox(DevelopmentMailbox::of(self.config()))
    }

    /// Delivers an email as the running site would.
    pub async fn deliver(&self, letter: &Email) -> uuid::Uuid {
        let id = uuid::Uuid::now_v7();
        let mailer = core_mail::Mailer::new(self.config()).expect("the settings are good");
        mailer.deliver(letter, id).await.expect("the mailbox can be written");
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
        emails.retain(|letter| letter.to.address == address);
        emails
    }

    /// The newest one to an address; fails the test and says whom there are letters to.
    pub fn newest_to(&self, address: &str) -> Email {
        let emails = self.emails();
        let all: Vec<_> = emails.iter().map(|letter| letter.to.address.clone()).collect();
        let found = emails.into_iter().find(|letter| letter.to.address == address);
        found.unwrap_or_else(|| panic!("no letter to {address}, only to {all:?}"))
    }

    /// Every email, with when and how it was sent.
    pub fn kept(&self) -> Vec<KeptEmail> {
        self.0.emails().expect("the mailbox can be read")
    }
}
