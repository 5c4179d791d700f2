//! The key that tokens are signed with: it follows from the installation's own.

use base64::{Engine, engine::general_purpose::STANDARD};
use openidconnect::{
    JsonWebKeyId, PrivateSigningKey,
    core::{CoreEdDsaPrivateSigningKey, CoreJsonWebKey},
};
use platform::{Result, process::Services};

/// What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410).
const HEAD: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// The key.
pub(crate) fn private(core: &Services) -> Result<CoreEdDsaPrivateSigningKey> {
    let seed = core.config.mac_token("example identity provider", "key").hash();
    let der = [&HEAD[..], &seed[..]].concat();
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(der)
    );
    let id = Some(JsonWebKeyId::new("example".to_owned()));
    let key = CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, id);
    Ok(key.map_err(|error| anyhow::anyhow!("a key for examples: {error}"))?)
}

/// What anybody may know of it.
pub(crate) fn public(core: &Services) -> Result<CoreJsonWebKey> {
    Ok(private(core)?.as_verification_key())
}
