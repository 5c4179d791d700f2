//! The letters of a stage, for reading what people were sent.

use core_mail::{KeptLetter, KeptMail, Letter};

use crate::Stage;

/// Every letter that a stage delivered; each stage has its own.
pub struct StageMailbox(KeptMail);

impl Stage {
    /// The letters delivered here.
    pub fn mailbox(&self) -> StageMailbox {
        StageMailbox(KeptMail::of(self.config()))
    }

    /// Delivers a letter as the running site would.
    pub async fn deliver(&self, letter: &Letter) -> uuid::Uuid {
        let id = uuid::Uuid::now_v7();
        let mailer = core_mail::Mailer::new(self.config()).expect("the settings are good");
        mailer.deliver(letter, id).await.expect("the mailbox can be written");
        id
    }
}

impl StageMailbox {
    /// All letters, the newest first.
    pub fn letters(&self) -> Vec<Letter> {
        self.kept().into_iter().map(|kept| kept.letter).collect()
    }

    /// Those to one address, the newest first.
    pub fn to(&self, address: &str) -> Vec<Letter> {
        let mut letters = self.letters();
        letters.retain(|letter| letter.to.address == address);
        letters
    }

    /// The newest one to an address; fails the test and says whom there are letters to.
    pub fn newest_to(&self, address: &str) -> Letter {
        let letters = self.letters();
        let all: Vec<_> = letters.iter().map(|letter| letter.to.address.clone()).collect();
        let found = letters.into_iter().find(|letter| letter.to.address == address);
        found.unwrap_or_else(|| panic!("no letter to {address}, only to {all:?}"))
    }

    /// The same with when and how each went.
    pub fn kept(&self) -> Vec<KeptLetter> {
        self.0.letters().expect("the mailbox can be read")
    }
}
