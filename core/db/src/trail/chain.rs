//! The chain: each entry's link is a hash of the link before and of the entry, so that whoever alters,
//! removes, adds or moves one leaves a break that anybody can find.

use std::fmt::Write;

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};
use uuid::fmt::Hyphenated;

use super::{entry::Model, seal::Seal, vouchers::Vouchers};

/// What the first entry follows.
pub const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The digest of an entry, without its place in the chain: SHA-256 of its fields, each as its length in
/// bytes, a colon, the text and a comma, in this order: at (RFC 3339, microseconds, `Z`), category,
/// action, entity, `row_id`, title, actor, `user_id` (empty: none), address, request, changes. Where the
/// entry has a seal, commitments stand in the place of title, address and changes.
pub(super) fn digest(entry: &Model) -> [u8; 32] {
    let seal = Seal::of(entry);
    let [title, address, changes] = seal.said(entry);
    let (mut hash, mut length) = (Sha256::new(), String::new());
    let mut add = |text: &[u8]| {
        length.clear();
        // Writing to a string does not fail.
        let _ = write!(length, "{}:", text.len());
        hash.update(&length);
        hash.update(text);
        hash.update(b",");
    };
    add(instant(entry.at).as_bytes());
    for text in [&entry.category, &entry.action, &entry.entity, &entry.row_id] {
        add(text.as_bytes());
    }
    add(title.bytes());
    add(entry.actor.as_bytes());
    let mut id = [0; Hyphenated::LENGTH];
    match entry.user_id {
        Some(user) => add(user.hyphenated().encode_lower(&mut id).as_bytes()),
        None => add(b""),
    }
    add(address.bytes());
    add(entry.request.as_bytes());
    add(changes.bytes());
    hash.finalize().into()
}

/// A point in time as it is hashed and exported.
pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The link behind `before`, in hexadecimal: SHA-256 of that text and of the digest's bytes.
pub(super) fn follow(before: &str, digest: &[u8; 32]) -> String {
    String::from_utf8_lossy(&next(before.as_bytes(), digest)).into_owned()
}

fn next(before: &[u8], digest: &[u8; 32]) -> Hex {
    in_hex(Sha256::new().chain_update(before).chain_update(digest))
}

/// A hash in hexadecimal.
pub(super) type Hex = [u8; 64];

pub(super) fn in_hex(hash: Sha256) -> Hex {
    let mut text = [0; 64];
    // It is twice as long as the hash.
    let _ = hex::encode_to_slice(hash.finalize(), &mut text);
    text
}

/// The first entry that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its number.
    pub seq: i64,
    /// What is wrong with it.
    pub why: &'static str,
}

/// How far a chain was followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The number of the last entry.
    pub seq: i64,
    /// Its link.
    pub link: String,
}

impl Verified {
    /// Where the chain begins: behind what was removed by right.
    pub fn beginning(vouchers: &Vouchers) -> Self {
        let (first, link) = vouchers.beginning.clone();
        Self { seq: first - 1, link }
    }
}

/// Follows the chain over these entries, which come in their order behind `from`. What is erased of them
/// must be vouched for.
pub fn verify(from: Verified, vouchers: &Vouchers, entries: &[Model]) -> Result<Verified, Broken> {
    let (mut seq, mut link) = (from.seq, from.link.as_bytes());
    for entry in entries {
        let broken = |why| Err(Broken { seq: entry.seq, why });
        if entry.seq != seq + 1 {
            return Err(Broken { seq: seq + 1, why: "it is missing" });
        }
        let seal = Seal::of(entry);
        if next(link, &digest(entry)) != entry.link.as_bytes() || !seal.fits(entry) {
            return broken("it was altered, moved or added");
        }
        let erased = seal.erased();
        if erased.contains(&true) && !vouchers.vouch(entry, erased) {
            return broken("a part of it was erased, and no entry says by what right");
        }
        (seq, link) = (entry.seq, entry.link.as_bytes());
    }
    Ok(Verified { seq, link: String::from_utf8_lossy(link).into_owned() })
}
