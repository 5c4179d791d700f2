//! What a browser is asked to do with a key, and whether it did: the one place that speaks to webauthn-rs.

use platform::{Result, UserId, process::Services};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use url::Url;
use webauthn_rs::prelude::{
    AuthenticationResult, DiscoverableAuthentication, DiscoverableKey, Passkey,
    PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
    SecurityKey, SecurityKeyAuthentication, SecurityKeyRegistration, Uuid, Webauthn,
    WebauthnBuilder,
};

use super::Kind;

/// What the browser is told, as JSON for `navigator.credentials`, and what its answer is held against. The second is
/// never shown to anybody: it goes into a sealed field.
pub(super) struct Question<T> {
    pub(super) options: String,
    /// Used up by the answer.
    pub(super) challenge: String,
    pub(super) state: T,
}

/// A key that is being made.
#[derive(Serialize, Deserialize)]
pub(super) enum Making {
    Passkey(PasskeyRegistration),
    SecurityKey(SecurityKeyRegistration),
}

/// A key that is being used, of somebody who is known.
#[derive(Serialize, Deserialize)]
pub(super) enum Using {
    /// Their device must look who holds it.
    Passkey(PasskeyAuthentication),
    /// It is enough that somebody holds it.
    Any(SecurityKeyAuthentication),
}

/// What there is to keep of a key.
pub(super) struct Made {
    pub(super) id: Vec<u8>,
    pub(super) credential: String,
}

/// One place for all ceremonies: the account site, by its exact origin. A workspace's host is another site to a key.
fn webauthn(core: &Services) -> Result<Webauthn> {
    let origin = Url::parse(&core.config.account_origin()).map_err(anyhow::Error::from)?;
    let builder = WebauthnBuilder::new(core.config.base_host(), &origin).map_err(unusual)?;
    Ok(builder.rp_name(&core.brand.name).build().map_err(unusual)?)
}

/// Asks for a new key, none of those that are known.
pub(super) fn make(
    core: &Services,
    (user, email, name): (UserId, &str, &str),
    known: Vec<Vec<u8>>,
    kind: Kind,
) -> Result<Question<Making>> {
    let (all, id) = (webauthn(core)?, user.0);
    let known = Some(known);
    let (options, state) = match kind {
        Kind::Passkey => {
            let begun = all.start_passkey_registration(id, email, name, known);
            let (mut options, state) = begun.map_err(unusual)?;
            // It must be found without anybody being named: that is what a passkey is.
            if let Some(wanted) = &mut options.public_key.authenticator_selection {
                wanted.require_resident_key = true;
                wanted.resident_key = Some(webauthn_rs_proto::ResidentKeyRequirement::Required);
            }
            (options, Making::Passkey(state))
        }
        Kind::SecurityKey => {
            let begun = all.start_securitykey_registration(id, email, name, known, None, None);
            let (mut options, state) = begun.map_err(unusual)?;
            // A key without a PIN would be asked to keep itself from whoever has not proven who they are.
            options.public_key.extensions = None;
            (options, Making::SecurityKey(state))
        }
    };
    question(&options, state)
}

/// What was made; none: it is no answer to what was asked.
pub(super) fn made(core: &Services, state: &Making, answer: &str) -> Result<Option<Made>> {
    let Some(answer) = read::<RegisterPublicKeyCredential>(answer) else { return Ok(None) };
    let all = webauthn(core)?;
    let made = match state {
        Making::Passkey(state) => all
            .finish_passkey_registration(&answer, state)
            .map(|key| (key.cred_id().clone(), serde_json::to_string(&key))),
        Making::SecurityKey(state) => all
            .finish_securitykey_registration(&answer, state)
            .map(|key| (key.cred_id().clone(), serde_json::to_string(&key))),
    };
    match made {
        Ok((id, credential)) => Ok(Some(Made { id, credential: credential? })),
        Err(error) => refused(&error),
    }
}

/// Asks whoever is there for a passkey of theirs.
pub(super) fn ask_anybody(core: &Services) -> Result<Question<DiscoverableAuthentication>> {
    let (options, state) = webauthn(core)?.start_discoverable_authentication().map_err(unusual)?;
    question(&options, state)
}

/// Whom the answer names, and by which key. Nothing of it is proven.
pub(super) fn named(core: &Services, answer: &str) -> Result<Option<(Uuid, Vec<u8>)>> {
    let Some(answer) = read::<PublicKeyCredential>(answer) else { return Ok(None) };
    let all = webauthn(core)?;
    let named = all.identify_discoverable_authentication(&answer);
    Ok(named.ok().map(|(user, key)| (user, key.to_vec())))
}

/// Is the answer by this passkey? Then what there is to keep of it.
pub(super) fn is_by(
    core: &Services,
    state: DiscoverableAuthentication,
    answer: &str,
    credential: &str,
) -> Result<Option<String>> {
    let Some(answer) = read::<PublicKeyCredential>(answer) else { return Ok(None) };
    let key: Passkey = serde_json::from_str(credential)?;
    let by = DiscoverableKey::from(&key);
    match webauthn(core)?.finish_discoverable_authentication_v2(&answer, state, &by) {
        Ok(result) => after(key, &result),
        Err(error) => refused(&error),
    }
}

/// Asks somebody who is known for one of these keys; none of them can be read: for nothing.
pub(super) fn ask(
    core: &Services,
    keys: &[&str],
    must_look: bool,
) -> Result<Option<Question<Using>>> {
    let all = webauthn(core)?;
    if must_look {
        let keys: Vec<Passkey> = keys.iter().filter_map(|key| read(key)).collect();
        if keys.is_empty() {
            return Ok(None);
        }
        let (options, state) = all.start_passkey_authentication(&keys).map_err(unusual)?;
        return question(&options, Using::Passkey(state)).map(Some);
    }
    // Kept alike: a passkey is as good as a security key.
    let keys: Vec<SecurityKey> = keys.iter().filter_map(|key| read(key)).collect();
    if keys.is_empty() {
        return Ok(None);
    }
    let (mut options, state) = all.start_securitykey_authentication(&keys).map_err(unusual)?;
    options.public_key.hints = None;
    question(&options, Using::Any(state)).map(Some)
}

/// The id of the key that answered, and what there is to keep of it.
pub(super) fn answered(
    core: &Services,
    state: &Using,
    answer: &str,
    keys: &[(Vec<u8>, String)],
) -> Result<Option<(Vec<u8>, String)>> {
    let Some(answer) = read::<PublicKeyCredential>(answer) else { return Ok(None) };
    let all = webauthn(core)?;
    let result = match state {
        Using::Passkey(state) => all.finish_passkey_authentication(&answer, state),
        Using::Any(state) => all.finish_securitykey_authentication(&answer, state),
    };
    let result = match result {
        Ok(result) => result,
        Err(error) => return refused(&error),
    };
    let id = result.cred_id().clone();
    let Some((_, kept)) = keys.iter().find(|(one, _)| *one == id) else { return Ok(None) };
    let key: Passkey = serde_json::from_str(kept)?;
    Ok(after(key, &result)?.map(|kept| (id, kept)))
}

/// With its counter and flags as they are by now.
fn after(mut key: Passkey, result: &AuthenticationResult) -> Result<Option<String>> {
    key.update_credential(result);
    Ok(Some(serde_json::to_string(&key)?))
}

fn question<T>(options: &impl Serialize, state: T) -> Result<Question<T>> {
    let options = serde_json::to_value(options)?;
    let challenge = options["publicKey"]["challenge"].as_str().unwrap_or_default().to_owned();
    Ok(Question { options: options.to_string(), challenge, state })
}

fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

fn refused<T>(error: &dyn std::fmt::Debug) -> Result<Option<T>> {
    tracing::info!(?error, "a key's answer is none");
    Ok(None)
}

fn unusual(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow::anyhow!("passkeys: {error}")
}
