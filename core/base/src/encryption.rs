//! Authenticated encryption of small values: what was sealed opens with the same key and the same
//! context, or not at all.

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use rand::Rng;
use sha2::{Digest, Sha256};

use crate::{Secret, Token};

const NONCE: usize = 12;

/// A 256-bit key for AES-GCM.
pub struct EncryptionKey(Aes256Gcm);

impl EncryptionKey {
    /// The key that a token stands for, so that only its bearer can open what was sealed. `purpose`
    /// keeps keys of one token apart.
    pub fn of(token: &Token, purpose: &str) -> Self {
        Self::derive(token.expose(), purpose)
    }

    /// The key that a setting stands for. It must have 256 bits of chance in it: nothing here slows
    /// down whoever guesses.
    pub fn of_secret(secret: &Secret, purpose: &str) -> Self {
        Self::derive(secret.expose(), purpose)
    }

    fn derive(from: &str, purpose: &str) -> Self {
        let mut digest = Sha256::new();
        digest.update(purpose.as_bytes());
        digest.update([0]);
        digest.update(from.as_bytes());
        Self(Aes256Gcm::new(&digest.finalize()))
    }

    /// Encrypts `plain`. `context` is not hidden, but must be the same when it is opened: the row
    /// that holds it, say, so that a sealed value can't be moved to another.
    pub fn encrypt(&self, context: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0_u8; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let payload = Payload { msg: plain, aad: context };
        let sealed = self.0.encrypt(&Nonce::from(nonce), payload);
        let sealed = sealed.expect("AES-GCM takes texts of less than 64 GB");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Decrypts what was sealed with this key and context; anything else is nothing.
    pub fn decrypt(&self, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        self.0.decrypt(&Nonce::from(nonce), Payload { msg: sealed, aad: context }).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::EncryptionKey;
    use crate::Token;

    #[test]
    fn only_the_same_key_context_and_bytes_open_it() {
        let token = Token::random();
        let (key, sealed) = (
            EncryptionKey::of(&token, "a"),
            EncryptionKey::of(&token, "a").encrypt(b"row 1", b"x"),
        );
        assert_eq!(key.decrypt(b"row 1", &sealed).as_deref(), Some(&b"x"[..]));
        assert_eq!(key.decrypt(b"row 2", &sealed), None);
        assert_eq!(EncryptionKey::of(&token, "b").decrypt(b"row 1", &sealed), None);
        assert_eq!(EncryptionKey::of(&Token::random(), "a").decrypt(b"row 1", &sealed), None);
        for at in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[at] ^= 1;
            assert_eq!(key.decrypt(b"row 1", &bent), None, "byte {at}");
        }
        assert_eq!(key.decrypt(b"row 1", &sealed[..5]), None);
        assert_ne!(key.encrypt(b"row 1", b"x"), sealed);
    }
}
