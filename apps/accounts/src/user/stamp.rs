//! What changes with a person's password, and gives away nothing of it.

use platform::people::entity::user::Model;
use sha2::{Digest, Sha256};

/// The same while the password is.
pub fn stamp(person: &Model) -> String {
    hex::encode(&Sha256::digest(person.password_hash.as_bytes())[..16])
}
