//! Emails: what they say, how they look, and how they leave the house.
//!
//! ```
//! # use core_mail::{Line, Mailbox, Message, Branding};
//! # fn email(on: &Branding, to: Mailbox, link: &str) -> core_mail::Email {
//! Message::new("Confirm your address")
//!     .line(Line::new("Please confirm ").strong(&to.address).text(" to go on."))
//!     .button("Confirm address", link)
//!     .small("The link works for 24 hours.")
//!     .why("You get this because somebody signed up with your address.")
//!     .email(on, to)
//! # }
//! ```

mod compose;
mod dev_mailbox;
mod email;
mod line;
mod mailer;
mod message;
mod service;
mod smtp;

pub use dev_mailbox::{DevelopmentMailbox, KeptEmail};
pub use email::{Email, Mailbox};
pub use line::Line;
pub use mailer::{Mailer, Undelivered};
pub use message::{Branding, Message};
pub use service::EmailService;
