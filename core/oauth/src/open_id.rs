//! OpenID Connect: discovery, keys that may change, the exchange of the code, the checks of the id token.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use openidconnect::{
    AuthType, AuthenticationFlow, AuthorizationCode, ClaimsVerificationError, ClientId,
    ClientSecret, CsrfToken, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    Scope, SignatureVerificationError, TokenResponse,
    core::{
        CoreClient, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm as Alg,
        CoreResponseType,
    },
};
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::{
    Answer, Client, Flow, Identity, Refusal,
    claims::Claims,
    http::{call, get},
    provider::is_good,
};

/// What was read of a provider is good for so long.
const FRESH: Duration = Duration::from_hours(1);
/// For so long nobody asks a provider again that did not answer: whoever waits behind another need not wait twice.
const AWAY: Duration = Duration::from_secs(5);
/// Clocks of providers differ by less, in seconds.
const SKEW: i64 = 60;
/// Where Microsoft's issuer differs from tenant to tenant.
const TENANT: &str = "{tenantid}";
/// No shared secrets, and never `none`.
const ALGORITHMS: [Alg; 8] = [
    Alg::RsaSsaPkcs1V15Sha256,
    Alg::RsaSsaPkcs1V15Sha384,
    Alg::RsaSsaPkcs1V15Sha512,
    Alg::RsaSsaPssSha256,
    Alg::RsaSsaPssSha384,
    Alg::EcdsaP256Sha256,
    Alg::EcdsaP384Sha384,
    Alg::EdDsa,
];

/// A provider that speaks OpenID Connect.
#[derive(Debug)]
pub struct OpenId {
    /// Its address; below it is `/.well-known/openid-configuration`.
    issuer: String,
    client: Client,
    trust: Trust,
    known: Mutex<Kept>,
}

/// What is kept of a provider.
#[derive(Debug, Default)]
struct Kept {
    known: Option<Known>,
    /// When it last did not answer.
    failed_at: Option<Instant>,
}

/// When an address is believed to be its person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    /// Where `email_verified` says so.
    Verified,
    /// Microsoft: where the domain was proven by DNS. Anybody can have a tenant there and write any address
    /// into it.
    DomainOwner,
}

#[derive(Clone, Debug)]
struct Known {
    read_at: Instant,
    metadata: Arc<Metadata>,
    keys: CoreJsonWebKeySet,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

impl OpenId {
    /// The provider at this address, which calls us so.
    pub fn new(issuer: impl Into<String>, client: Client) -> Self {
        let issuer = issuer.into().trim_end_matches('/').to_owned();
        Self { issuer, client, trust: Trust::Verified, known: Mutex::default() }
    }

    /// Microsoft's Entra ID.
    #[must_use]
    pub fn of_microsoft(mut self) -> Self {
        self.trust = Trust::DomainOwner;
        self
    }

    /// Is this the address of an issuer? HTTP is for providers on this machine alone.
    pub fn is_issuer(url: &str) -> bool {
        is_good(url)
    }

    pub(crate) async fn address(&self, flow: &Flow, again: bool) -> Result<String, Refusal> {
        let known = self.known(false).await?;
        let verifier = PkceCodeVerifier::new(flow.verifier.clone());
        let (state, nonce) = (flow.state.clone(), flow.nonce.clone());
        let speaker = self.speaker(&known)?;
        let request = speaker.authorize_url(
            AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
            move || CsrfToken::new(state),
            move || Nonce::new(nonce),
        );
        let request = request
            .add_scopes(["email", "profile"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .set_redirect_uri(std::borrow::Cow::Owned(redirect(flow)?));
        let request = match again {
            true => request.add_extra_param("prompt", "login").add_extra_param("max_age", "0"),
            false => request,
        };
        Ok(request.url().0.to_string())
    }

    pub(crate) async fn identity(&self, flow: &Flow, answer: &Answer) -> Result<Identity, Refusal> {
        let known = self.known(false).await?;
        self.check_issuer(&known, answer)?;
        let tokens = self
            .speaker(&known)?
            .exchange_code(AuthorizationCode::new(answer.code.clone()))
            .set_pkce_verifier(PkceCodeVerifier::new(flow.verifier.clone()))
            .set_redirect_uri(std::borrow::Cow::Owned(redirect(flow)?))
            .request_async(&call)
            .await
            .map_err(|error| match error {
                oauth2::RequestTokenError::ServerResponse(error) => {
                    Refusal::Unproven(format!("the code: {}", error.error()))
                }
                oauth2::RequestTokenError::Request(error) => Refusal::Away(error.to_string()),
                oauth2::RequestTokenError::Parse(error, _) => {
                    Refusal::Away(format!("its tokens cannot be read: {error}"))
                }
                oauth2::RequestTokenError::Other(error) => Refusal::Away(error),
            })?;
        let token = tokens.id_token().ok_or_else(|| unproven("there is no id token"))?;
        let claims = payload(&token.to_string())?;
        let nonce = Nonce::new(flow.nonce.clone());
        let mut checked = token.claims(&self.verifier(&known, &claims)?, &nonce);
        let renewed;
        if let Err(ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_),
        )) = checked
        {
            // Its keys may have changed since.
            renewed = self.known(true).await?;
            checked = token.claims(&self.verifier(&renewed, &claims)?, &nonce);
        }
        checked.map_err(|error| Refusal::Unproven(format!("the id token: {error}")))?;
        // Whoever says when they logged in there says it of this time. Not every provider says it.
        if let (Some(asked), Some(at)) = (flow.asked_again_at, claims.auth_time)
            && at < asked - SKEW
        {
            return Err(unproven("nobody logged in there again"));
        }
        let access = oauth2::TokenResponse::access_token(&tokens).secret();
        self.person(&known, claims, access).await
    }

    /// From here on the claims are proven.
    async fn person(
        &self,
        known: &Known,
        claims: Claims,
        access: &str,
    ) -> Result<Identity, Refusal> {
        if claims.sub.is_empty() || claims.sub.len() > 255 {
            return Err(unproven("no subject, or one that is too long"));
        }
        let mut told = claims.clone();
        if let (None, Some(url)) = (&claims.email, &known.metadata.userinfo_endpoint) {
            let more: Claims = get(url, Some(access)).await?;
            if more.sub != claims.sub {
                return Err(unproven("userinfo speaks of somebody else"));
            }
            told = more;
        }
        let is_verified = match self.trust {
            Trust::Verified => told.email_verified,
            Trust::DomainOwner => told.xms_edov,
        };
        Ok(Identity {
            issuer: claims.iss,
            subject: claims.sub,
            is_verified: is_verified && told.email.is_some(),
            email: told.email,
            name: if claims.name.is_empty() { told.name } else { claims.name },
        })
    }

    /// Two providers must not be taken for each other (RFC 9207).
    fn check_issuer(&self, known: &Known, answer: &Answer) -> Result<(), Refusal> {
        let metadata = &known.metadata;
        let must = metadata.authorization_response_iss_parameter_supported;
        if answer.iss.is_empty() && !must {
            return Ok(());
        }
        // Microsoft's differs from tenant to tenant; the id token tells which it is.
        let is_same = match metadata.issuer.split_once(TENANT) {
            Some((before, after)) => answer.iss.starts_with(before) && answer.iss.ends_with(after),
            None => answer.iss == metadata.issuer,
        };
        if is_same { Ok(()) } else { Err(unproven("another issuer answers")) }
    }

    fn verifier(&self, known: &Known, claims: &Claims) -> Result<CoreIdTokenVerifier<'_>, Refusal> {
        let metadata = &known.metadata;
        let issuer = match metadata.issuer.contains(TENANT) {
            true => {
                let is_id = |c: char| c.is_ascii_hexdigit() || c == '-';
                if claims.tid.len() != 36 || !claims.tid.chars().all(is_id) {
                    return Err(unproven("no tenant in the id token"));
                }
                metadata.issuer.replace(TENANT, &claims.tid)
            }
            false => metadata.issuer.clone(),
        };
        let client = ClientId::new(self.client.id.clone());
        let issuer = IssuerUrl::new(issuer).map_err(away)?;
        let keys = known.keys.clone();
        Ok(CoreIdTokenVerifier::new_public_client(client, issuer, keys)
            .set_allowed_algs(ALGORITHMS))
    }

    fn speaker(&self, known: &Known) -> Result<Speaker, Refusal> {
        let metadata = &known.metadata;
        let issuer = IssuerUrl::new(metadata.issuer.replace(TENANT, "common")).map_err(away)?;
        let client = ClientId::new(self.client.id.clone());
        let mut speaker = CoreClient::new(client, issuer, known.keys.clone());
        if !self.client.secret.is_empty() {
            speaker = speaker.set_client_secret(ClientSecret::new(self.client.secret.clone()));
        }
        let methods = metadata.token_endpoint_auth_methods_supported.as_deref();
        let is_in_body = methods.is_some_and(|known| {
            !known.iter().any(|one| one == "client_secret_basic")
                && known.iter().any(|one| one == "client_secret_post")
        });
        let auth = if is_in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        let authorize = openidconnect::AuthUrl::new(metadata.authorization_endpoint.clone());
        let exchange = openidconnect::TokenUrl::new(metadata.token_endpoint.clone());
        Ok(speaker
            .set_auth_type(auth)
            .set_auth_uri(authorize.map_err(away)?)
            .set_token_uri(exchange.map_err(away)?))
    }

    /// What is known of the provider; read anew when it is old or `again` asks for it. While it does not
    /// answer, what is old goes on being good.
    async fn known(&self, again: bool) -> Result<Known, Refusal> {
        let mut kept = self.known.lock().await;
        if let (Some(known), false) = (&kept.known, again)
            && known.read_at.elapsed() < FRESH
        {
            return Ok(known.clone());
        }
        let read = match kept.failed_at {
            Some(at) if at.elapsed() < AWAY => {
                Err(Refusal::Away("it did not answer a moment ago".into()))
            }
            _ => self.read().await,
        };
        let error = match read {
            Ok(known) => {
                *kept = Kept { known: Some(known.clone()), failed_at: None };
                return Ok(known);
            }
            Err(error) => error,
        };
        if kept.failed_at.is_none_or(|at| at.elapsed() >= AWAY) {
            kept.failed_at = Some(Instant::now());
        }
        match &kept.known {
            Some(old) if !again => {
                tracing::warn!(issuer = %self.issuer, %error, "a provider's keys are not read anew");
                Ok(old.clone())
            }
            _ => Err(error),
        }
    }

    async fn read(&self) -> Result<Known, Refusal> {
        let url = format!("{}/.well-known/openid-configuration", self.issuer);
        let metadata: Metadata = get(&url, None).await?;
        let is_named = match metadata.issuer.contains(TENANT) {
            // Only where it must be so: elsewhere any tenant would be as good as another.
            true => self.trust == Trust::DomainOwner,
            false => metadata.issuer.trim_end_matches('/') == self.issuer,
        };
        if !is_named {
            return Err(Refusal::Away(format!("{url} is of another issuer")));
        }
        let all = [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri];
        let userinfo = metadata.userinfo_endpoint.iter();
        if let Some(bad) = all.into_iter().chain(userinfo).find(|url| !is_good(url)) {
            return Err(Refusal::Away(format!("{bad} is no address to speak to")));
        }
        let keys = get(&metadata.jwks_uri, None).await?;
        Ok(Known { read_at: Instant::now(), metadata: Arc::new(metadata), keys })
    }
}

type Speaker = CoreClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointSet,
>;

fn redirect(flow: &Flow) -> Result<RedirectUrl, Refusal> {
    RedirectUrl::new(flow.redirect.clone()).map_err(away)
}

/// The claims of a token whose signature is checked elsewhere.
fn payload(token: &str) -> Result<Claims, Refusal> {
    use base64::Engine;
    let part = token.split('.').nth(1).unwrap_or_default();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part);
    let claims = bytes.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    claims.ok_or_else(|| unproven("the id token cannot be read"))
}

fn unproven(why: &str) -> Refusal {
    Refusal::Unproven(why.to_owned())
}

fn away(error: impl std::fmt::Display) -> Refusal {
    Refusal::Away(error.to_string())
}
