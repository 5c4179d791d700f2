//! What OpenID Connect asks of a provider, as little as there is.

use std::collections::HashMap;

use askama::Template;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use openidconnect::{
    Audience, EndUserEmail, EndUserName, IssuerUrl, LocalizedClaim, Nonce, StandardClaims,
    SubjectIdentifier,
    core::{CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm},
};
use platform::{
    Error, Form, Policy, Public, Query, RawBody, Result, Routes, Submitted, Ui, clock,
    encode_query,
    people::use_once,
    process::{Platform, Services},
    request::{IntoResponse, Method, Response},
    see_other,
    ui::{self, Errors},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{PEOPLE, Person, keys};

/// What the product calls itself here.
const CLIENT: &str = "groundwork";
const PATH: &str = "/dev/id";
/// How long a code is good, in seconds.
const LIFE: i64 = 60;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/dev/id/.well-known/openid-configuration", metadata)
        .get("/dev/id/jwks", jwks)
        .get("/dev/id/authorize", authorize)
        .post("/dev/id/authorize", choose)
        .route(Method::POST, "/dev/id/token", Policy::WEBHOOK, token)
}

fn issuer(core: &Services) -> String {
    format!("{}{PATH}", core.config.account_origin())
}

async fn metadata(_: Public, Platform(core): Platform) -> Result {
    let at = issuer(&core);
    let metadata = json!({
        "issuer": at,
        "authorization_endpoint": format!("{at}/authorize"),
        "token_endpoint": format!("{at}/token"),
        "jwks_uri": format!("{at}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    });
    Ok(say(&metadata))
}

async fn jwks(_: Public, Platform(core): Platform) -> Result {
    Ok(say(&json!({ "keys": [keys::public(&core)?] })))
}

/// What the product asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    client_id: String,
    redirect_uri: String,
    state: String,
    nonce: String,
    code_challenge: String,
    /// Who one wants to be; none: not yet, and `none`: nobody.
    subject: String,
}

impl Form for Asked {
    fn check(&self, _: &mut Errors) {}
}

impl Asked {
    /// Only the product itself is known here.
    fn is_good(&self, core: &Services) -> bool {
        let back = format!("{}/auth/", core.config.account_origin());
        self.client_id == CLIENT
            && self.redirect_uri.starts_with(&back)
            && !self.code_challenge.is_empty()
    }
}

#[derive(Template)]
#[template(path = "example_id/authorize.html")]
struct Choose<'a> {
    asked: &'a Asked,
    people: &'a [Person],
    csrf: &'a str,
}

async fn authorize(
    _: Public,
    Platform(core): Platform,
    Query(asked): Query<Asked>,
    ui: Ui,
) -> Result {
    if !asked.is_good(&core) {
        return see_other("/login");
    }
    let page = Choose { asked: &asked, people: &PEOPLE, csrf: ui.csrf() };
    ui.page("Example identity provider", &page)
}

/// What a code stands for.
#[derive(Serialize, Deserialize)]
struct Code {
    subject: String,
    nonce: String,
    challenge: String,
    redirect: String,
    until: i64,
}

async fn choose(_: Public, Platform(core): Platform, Submitted(asked): Submitted<Asked>) -> Result {
    let Some(asked) = asked.ok().filter(|asked| asked.is_good(&core)) else {
        return see_other("/login");
    };
    let issuer = issuer(&core);
    let mut answer = vec![("state", &*asked.state), ("iss", &issuer)];
    let code = Code {
        subject: asked.subject.clone(),
        nonce: asked.nonce.clone(),
        challenge: asked.code_challenge.clone(),
        redirect: asked.redirect_uri.clone(),
        until: clock::now().timestamp() + LIFE,
    };
    let key = core.config.encryption_key("example id code");
    let code = hex::encode(key.encrypt(b"", &serde_json::to_vec(&code)?));
    if PEOPLE.iter().any(|person| person.subject == asked.subject) {
        answer.push(("code", &code));
    } else {
        answer.push(("error", "access_denied"));
    }
    see_other(format!("{}?{}", asked.redirect_uri, encode_query(&answer)))
}

/// From the product itself: a code for a token.
async fn token(_: Public, Platform(core): Platform, RawBody(body): RawBody) -> Result {
    let sent: HashMap<String, String> = serde_urlencoded::from_bytes(&body).unwrap_or_default();
    let of = |name: &str| sent.get(name).map(String::as_str).unwrap_or_default();
    let Some(code) = open(&core, of("code")) else { return refuse("invalid_grant") };
    let proof = URL_SAFE_NO_PAD.encode(Sha256::digest(of("code_verifier")));
    let is_good = code.until >= clock::now().timestamp()
        && code.challenge == proof
        && code.redirect == of("redirect_uri")
        && of("client_id") == CLIENT
        && use_once(core.store.catalog(), "example id", of("code"), TimeDelta::seconds(LIFE))
            .await?;
    let person = PEOPLE.iter().find(|person| person.subject == code.subject);
    let Some(person) = person.filter(|_| is_good) else { return refuse("invalid_grant") };
    let token = signed(&core, person, &code)?;
    Ok(say(&json!({
        "access_token": "nothing", "token_type": "Bearer", "expires_in": LIFE, "id_token": token,
    })))
}

fn open(core: &Services, code: &str) -> Option<Code> {
    let key = core.config.encryption_key("example id code");
    let plain = key.decrypt(b"", &hex::decode(code).ok()?)?;
    serde_json::from_slice(&plain).ok()
}

fn signed(core: &Services, person: &Person, code: &Code) -> Result<CoreIdToken> {
    let named = |name: &str| {
        let mut all = LocalizedClaim::new();
        all.insert(None, EndUserName::new(name.to_owned()));
        all
    };
    let subject = SubjectIdentifier::new(person.subject.to_owned());
    let about = StandardClaims::new(subject)
        .set_name(Some(named(person.name)))
        .set_email(Some(EndUserEmail::new(person.email.to_owned())))
        .set_email_verified(Some(person.is_verified));
    let (now, issuer) = (clock::now(), IssuerUrl::new(issuer(core)));
    let claims = CoreIdTokenClaims::new(
        issuer.map_err(anyhow::Error::from)?,
        vec![Audience::new(CLIENT.to_owned())],
        now + TimeDelta::seconds(LIFE),
        now,
        about,
        Default::default(),
    );
    let claims = claims.set_nonce(Some(Nonce::new(code.nonce.clone())));
    let key = keys::private(core)?;
    let token = CoreIdToken::new(claims, &key, CoreJwsSigningAlgorithm::EdDsa, None, None);
    Ok(token.map_err(|error| anyhow::anyhow!("signing an example: {error}"))?)
}

fn refuse(why: &str) -> Result {
    let mut answer = say(&json!({ "error": why }));
    *answer.status_mut() = Error::BadRequest(String::new()).status();
    Ok(answer)
}

fn say(value: &Value) -> Response {
    ([("content-type", "application/json")], value.to_string()).into_response()
}
