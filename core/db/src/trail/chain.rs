//! The chain: each entry's link is a hash of the link before and of the entry, so that whoever alters,
//! removes, adds or moves one leaves a break that anybody can find.

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};

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
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update(text.len().to_string());
        hash.update(b":");
        hash.update(text);
        hash.update(b",");
    };
    add(&instant(entry.at));
    for text in [&entry.category, &entry.action, &entry.entity, &entry.row_id] {
        add(text);
    }
    add(&title);
    add(&entry.actor);
    add(&entry.user_id.map(|id| id.to_string()).unwrap_or_default());
    for text in [&address, &*entry.request, &changes] {
        add(text);
    }
    hash.finalize().into()
}

/// A point in time as it is hashed and exported.
pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The link behind `before`, in hexadecimal: SHA-256 of that text and of the digest's bytes.
pub(super) fn follow(before: &str, digest: &[u8; 32]) -> String {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(digest);
    hex::encode(hash.finalize())
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
    entries.iter().try_fold(from, |before, entry| {
        let broken = |why| Err(Broken { seq: entry.seq, why });
        if entry.seq != before.seq + 1 {
            let missing = before.seq + 1;
            return Err(Broken { seq: missing, why: "it is missing" });
        }
        let link = follow(&before.link, &digest(entry));
        let seal = Seal::of(entry);
        if link != entry.link || !seal.fits(entry) {
            return broken("it was altered, moved or added");
        }
        if seal.erased().contains(&true) && !vouchers.vouch(entry) {
            return broken("a part of it was erased, and no entry says by what right");
        }
        Ok(Verified { seq: entry.seq, link })
    })
}
