//! Signing in at other sites: OpenID Connect, and the OAuth 2.0 of GitHub, which is none.

mod claims;
mod github;
pub mod http;
mod open_id;
mod provider;

pub use github::GitHub;
pub use open_id::OpenId;
pub use provider::{Answer, Client, Flow, Identity, Provider, Refusal};
