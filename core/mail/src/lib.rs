//! Letters: what they say, how they look, and how they leave the house.
//!
//! ```
//! # use core_mail::{Line, Mailbox, Message, Stationery};
//! # fn letter(on: &Stationery, to: Mailbox, link: &str) -> core_mail::Letter {
//! Message::new("Confirm your address")
//!     .line(Line::new("Please confirm ").strong(&to.address).text(" to go on."))
//!     .button("Confirm address", link)
//!     .small("The link works for 24 hours.")
//!     .why("You get this because somebody signed up with your address.")
//!     .letter(on, to)
//! # }
//! ```

mod compose;
mod kept;
mod letter;
mod line;
mod mailer;
mod message;
mod post;
mod smtp;

pub use kept::{KeptLetter, KeptMail};
pub use letter::{Letter, Mailbox};
pub use line::Line;
pub use mailer::{Mailer, Undelivered};
pub use message::{Message, Stationery};
pub use post::Post;
