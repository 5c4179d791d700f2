//! What every other crate needs and nobody's feature: ids, errors, settings, secrets and the clock.

mod actor;
pub mod clock;
pub mod config;
pub mod day;
mod email;
mod encryption;
mod error;
mod extensions;
mod finding;
mod host;
mod id;
mod secret;
mod site_key;
mod slug;
pub mod text;
mod token;
pub mod zone;

pub use actor::{Actor, Through};
pub use config::Config;
pub use email::normalise_email;
pub use encryption::EncryptionKey;
pub use error::{Error, Result, Verdict};
pub use extensions::Extensions;
pub use finding::Finding;
pub use host::normalise_host;
pub use id::{MemberId, RoleId, SessionId, TenantId, UserId};
pub use secret::Secret;
pub use site_key::SiteKey;
pub use slug::Slug;
pub use token::Token;
