//! GitHub: OAuth 2.0, and an API that tells who somebody is.

use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse, TokenUrl,
    basic::BasicClient,
};
use serde::Deserialize;

use crate::{
    Answer, Client, Flow, Identity, Refusal,
    http::{call, get},
    provider::is_good,
};

/// GitHub, or a GitHub Enterprise Server.
#[derive(Debug)]
pub struct GitHub {
    /// Where people sign in: `https://github.com`.
    site: String,
    /// Where programs ask: `https://api.github.com`.
    api: String,
    client: Client,
}

/// A person. The number stays when the name changes, and is never given to somebody else.
#[derive(Deserialize)]
struct User {
    id: u64,
    login: String,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Address {
    email: String,
    #[serde(default)]
    primary: bool,
    #[serde(default)]
    verified: bool,
}

impl GitHub {
    /// The GitHub at these addresses, which calls us so.
    pub fn new(site: &str, api: &str, client: Client) -> Self {
        let bare = |url: &str| url.trim_end_matches('/').to_owned();
        Self { site: bare(site), api: bare(api), client }
    }

    /// Is this the address of one?
    pub fn is_address(url: &str) -> bool {
        is_good(url)
    }

    pub(crate) fn address(&self, flow: &Flow) -> Result<String, Refusal> {
        let site = AuthUrl::new(format!("{}/login/oauth/authorize", self.site)).map_err(away)?;
        let verifier = PkceCodeVerifier::new(flow.verifier.clone());
        let state = flow.state.clone();
        let client = BasicClient::new(ClientId::new(self.client.id.clone()))
            .set_auth_uri(site)
            .set_redirect_uri(RedirectUrl::new(flow.redirect.clone()).map_err(away)?);
        let request = client.authorize_url(move || CsrfToken::new(state));
        let request = request
            .add_scopes(["read:user", "user:email"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        Ok(request.url().0.to_string())
    }

    pub(crate) async fn identity(&self, flow: &Flow, answer: &Answer) -> Result<Identity, Refusal> {
        if !answer.iss.is_empty() && answer.iss.trim_end_matches('/') != self.site {
            return Err(Refusal::Unproven("another issuer answers".into()));
        }
        let site = TokenUrl::new(format!("{}/login/oauth/access_token", self.site));
        let client = BasicClient::new(ClientId::new(self.client.id.clone()))
            .set_client_secret(ClientSecret::new(self.client.secret.clone()))
            .set_auth_type(AuthType::RequestBody)
            .set_token_uri(site.map_err(away)?)
            .set_redirect_uri(RedirectUrl::new(flow.redirect.clone()).map_err(away)?);
        let tokens = client
            .exchange_code(AuthorizationCode::new(answer.code.clone()))
            .set_pkce_verifier(PkceCodeVerifier::new(flow.verifier.clone()))
            .request_async(&call)
            .await
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(error) => {
                    Refusal::Unproven(format!("the code: {}", error.error()))
                }
                // A code that is no good is answered with 200 and an error inside.
                RequestTokenError::Parse(_, body) => match is_refused(&body) {
                    true => Refusal::Unproven("the code is no good".into()),
                    false => Refusal::Away("its tokens cannot be read".into()),
                },
                RequestTokenError::Request(error) => Refusal::Away(error.to_string()),
                RequestTokenError::Other(error) => Refusal::Away(error),
            })?;
        let token = Some(tokens.access_token().secret().as_str());
        let user: User = get(&format!("{}/user", self.api), token).await?;
        let all: Vec<Address> = get(&format!("{}/user/emails", self.api), token).await?;
        let mail = all.into_iter().find(|one| one.primary);
        Ok(Identity {
            issuer: self.site.clone(),
            subject: user.id.to_string(),
            is_verified: mail.as_ref().is_some_and(|mail| mail.verified),
            email: mail.map(|mail| mail.email),
            name: user.name.filter(|name| !name.trim().is_empty()).unwrap_or(user.login),
        })
    }
}

fn is_refused(body: &[u8]) -> bool {
    let body: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    body.is_some_and(|body| body.get("error").is_some())
}

fn away(error: impl std::fmt::Display) -> Refusal {
    Refusal::Away(error.to_string())
}
