//! A site that people sign in at, whatever it speaks: where to send a browser, and who came back.

use std::fmt;

use ::http::Uri;
use oauth2::CsrfToken;
use serde::{Deserialize, Serialize};

use crate::{GitHub, OpenId};

/// What a provider knows this installation by.
#[derive(Clone)]
pub struct Client {
    /// Its name there.
    pub id: String,
    /// What proves it; empty: nothing (PKCE alone).
    pub secret: String,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A site that people sign in at.
#[derive(Debug)]
pub struct Provider {
    /// Its name in addresses: `google`.
    pub key: String,
    /// Its name on pages: “Google”.
    pub label: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    OpenId(Box<OpenId>),
    GitHub(GitHub),
}

/// One attempt, from the button to the way back. It belongs into the browser that began it, where nobody
/// reads it: whoever has it can end what was begun.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flow {
    /// The key of the provider it was begun at.
    pub provider: String,
    /// What the answer must repeat.
    pub state: String,
    /// What the id token must repeat.
    pub(crate) nonce: String,
    /// What the code was asked for with (PKCE, S256).
    pub(crate) verifier: String,
    /// Where the answer comes to.
    pub(crate) redirect: String,
    /// When its person was asked to log in there once more, in seconds.
    #[serde(default)]
    pub(crate) asked_again_at: Option<i64>,
}

/// What a browser brings back, as it stands in the address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    /// What is exchanged for tokens.
    pub code: String,
    /// Of the flow.
    pub state: String,
    /// Who answers (RFC 9207).
    pub iss: String,
    /// Why there is no code.
    pub error: String,
}

/// Who somebody is at a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Who says so. With `subject` it names a person for ever; an address does not.
    pub issuer: String,
    /// The person's id there.
    pub subject: String,
    /// Their address, if it was told.
    pub email: Option<String>,
    /// Whether the provider has seen that the address is theirs. What it does not say is not so.
    pub is_verified: bool,
    /// What they are called there; may be empty.
    pub name: String,
}

/// Why nobody came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The provider does not answer, or not with what its protocol asks for.
    Away(String),
    /// The person said no there.
    Cancelled,
    /// The answer is none to this flow, or proves nothing.
    Unproven(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Away(why) => write!(f, "the provider is away: {why}"),
            Self::Cancelled => f.write_str("cancelled at the provider"),
            Self::Unproven(why) => write!(f, "the answer proves nothing: {why}"),
        }
    }
}

impl Provider {
    /// One that speaks OpenID Connect.
    pub fn open_id(key: impl Into<String>, label: impl Into<String>, kind: OpenId) -> Self {
        Self { key: key.into(), label: label.into(), kind: Kind::OpenId(Box::new(kind)) }
    }

    /// GitHub, or a GitHub Enterprise Server.
    pub fn github(key: impl Into<String>, label: impl Into<String>, kind: GitHub) -> Self {
        Self { key: key.into(), label: label.into(), kind: Kind::GitHub(kind) }
    }

    /// Where to send the browser, and what to keep in it until it comes back to `redirect`. `again`: its person is to
    /// log in there once more, as far as the provider does as it is asked.
    pub async fn begin(&self, redirect: &str, again: bool) -> Result<(String, Flow), Refusal> {
        let (_, verifier) = oauth2::PkceCodeChallenge::new_random_sha256();
        let flow = Flow {
            provider: self.key.clone(),
            state: CsrfToken::new_random_len(32).into_secret(),
            nonce: CsrfToken::new_random_len(32).into_secret(),
            verifier: verifier.into_secret(),
            redirect: redirect.to_owned(),
            asked_again_at: again.then(seconds),
        };
        let url = match &self.kind {
            Kind::OpenId(kind) => kind.address(&flow, again).await?,
            Kind::GitHub(kind) => kind.address(&flow)?,
        };
        Ok((url, flow))
    }

    /// Who came back.
    pub async fn finish(&self, flow: &Flow, answer: &Answer) -> Result<Identity, Refusal> {
        if flow.provider != self.key {
            return Err(Refusal::Unproven(format!("it was begun at {}", flow.provider)));
        }
        if answer.state.is_empty() || answer.state != flow.state {
            return Err(Refusal::Unproven("another state".into()));
        }
        match answer.error.as_str() {
            "" if !answer.code.is_empty() => {}
            "" => return Err(Refusal::Unproven("neither code nor error".into())),
            "access_denied" | "interaction_required" | "login_required" | "consent_required" => {
                return Err(Refusal::Cancelled);
            }
            // A stranger writes this: no more of it than a word.
            error => {
                let word = error.chars().filter(|c| c.is_ascii_lowercase() || *c == '_').take(40);
                return Err(Refusal::Away(format!("it answered {}", word.collect::<String>())));
            }
        }
        match &self.kind {
            Kind::OpenId(kind) => kind.identity(flow, answer).await,
            Kind::GitHub(kind) => kind.identity(flow, answer).await,
        }
    }
}

/// Since 1970.
fn seconds() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs().cast_signed())
}

/// An address of a provider's: whole, and by HTTPS, or by HTTP on this machine alone.
pub(crate) fn is_good(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else { return false };
    let is_here = matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
    uri.host().is_some()
        && match uri.scheme_str() {
            Some("https") => true,
            Some("http") => is_here || uri.host().is_some_and(|host| host.ends_with(".localhost")),
            _ => false,
        }
}
