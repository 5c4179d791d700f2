//! Random 256-bit tokens: the bearer gets the text, the database only its hash.

use std::fmt;

use rand::Rng;
use sha2::{Digest, Sha256};

/// A token as it travels in a cookie or link: 64 hex digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A fresh one from the system's random source.
    pub fn random() -> Self {
        let mut bytes = [0_u8; 32];
        rand::rng().fill_bytes(&mut bytes);
        Self(hex::encode(bytes))
    }

    /// What somebody sent, if it has the form of a token.
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed =
            text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The text for the bearer.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept: SHA-256 is enough for 256 random bits.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }

    /// The hash in hex, for addresses and keys.
    pub fn hash_hex(&self) -> String {
        hex::encode(self.hash())
    }

    /// The hash that was written in hex, if it has the form of one.
    pub fn hash_from_hex(text: &str) -> Option<Vec<u8>> {
        // In hex a hash looks like a token.
        Self::parse(text).and_then(|hash| hex::decode(hash.0).ok())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn only_64_lower_case_hex_digits_are_a_token() {
        let token = Token::random();
        assert_eq!(Token::parse(token.expose()), Some(token.clone()));
        for bad in ["", "a", &"g".repeat(64), &"A".repeat(64), &"a".repeat(65)] {
            assert_eq!(Token::parse(bad), None, "{bad}");
        }
        assert_ne!(Token::random(), token);
        assert_eq!(Token::hash_from_hex(&token.hash_hex()), Some(token.hash()));
        assert_eq!(Token::hash_from_hex("0f"), None);
        assert_eq!(format!("{token:?}"), "Token(…)");
    }
}
