//! What lets a part of an entry be erased later while the chain still holds: the chain knows that part
//! only by a commitment, a hash of the value and of a random salt beside it.

use rand::Rng;
use sha2::{Digest, Sha256};

use super::{
    chain::{Hex, in_hex},
    entry::Model,
};

/// Bytes of a salt: nobody finds an erased value by trying all of them.
const SALT: usize = 8;
/// The parts that can be erased: title, address, changes.
const PARTS: usize = 3;

/// The `seal` of an entry: for each part that can be erased its salt, or once it is erased its
/// commitment, in hexadecimal and parted by dots. Entries of the first days have none.
pub(super) struct Seal<'a>(Option<[&'a str; PARTS]>);

impl<'a> Seal<'a> {
    pub(super) fn of(entry: &'a Model) -> Self {
        let mut parts = entry.seal.split('.');
        let known = (parts.next(), parts.next(), parts.next(), parts.next());
        Self(match known {
            (Some(title), Some(address), Some(changes), None) => Some([title, address, changes]),
            _ => None,
        })
    }

    /// A new entry's.
    pub(super) fn fresh() -> String {
        let mut bytes = [0_u8; SALT * PARTS];
        rand::rng().fill_bytes(&mut bytes);
        let parts = bytes.chunks(SALT).map(hex::encode);
        parts.collect::<Vec<_>>().join(".")
    }

    /// What the chain knows of title, address and changes.
    pub(super) fn said(&self, entry: &'a Model) -> [Said<'a>; PARTS] {
        let values = [&*entry.title, &*entry.address, &*entry.changes];
        match self.0 {
            None => values.map(Said::Text),
            Some(seals) => [0, 1, 2].map(|part| match is_salt(seals[part]) {
                true => Said::Commitment(commitment(seals[part], values[part])),
                false => Said::Text(seals[part]),
            }),
        }
    }

    /// What is erased is empty, and where there is no seal the values are values: in the place of the
    /// changes no commitment can stand.
    pub(super) fn fits(&self, entry: &Model) -> bool {
        if self.0.is_none() {
            return entry.seal.is_empty() && entry.changes.starts_with('{');
        }
        let values = [&entry.title, &entry.address, &entry.changes];
        values.into_iter().zip(self.erased()).all(|(value, gone)| !gone || value.is_empty())
    }

    /// Which parts are erased.
    pub(super) fn erased(&self) -> [bool; PARTS] {
        self.0.map_or([false; PARTS], |seals| seals.map(|seal| !is_salt(seal)))
    }
}

/// A value or what stands for it.
pub(super) enum Said<'a> {
    Text(&'a str),
    Commitment(Hex),
}

impl Said<'_> {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Commitment(hex) => hex,
        }
    }
}

/// Erases parts of an entry; what is erased already stays so. Says whether anything changed.
pub(super) fn erase(entry: &mut Model, which: [bool; PARTS]) -> bool {
    let seal = Seal::of(entry);
    let (said, erased) = (seal.said(entry), seal.erased());
    let Some(seals) = seal.0 else { return false };
    let goes = [0, 1, 2].map(|part| which[part] && !erased[part]);
    let sealed = |part: usize| match goes[part] {
        true => String::from_utf8_lossy(said[part].bytes()).into_owned(),
        false => seals[part].to_owned(),
    };
    entry.seal = [0, 1, 2].map(sealed).join(".");
    let values = [&mut entry.title, &mut entry.address, &mut entry.changes];
    for (value, _) in values.into_iter().zip(goes).filter(|(_, goes)| *goes) {
        value.clear();
    }
    goes.contains(&true)
}

fn is_salt(seal: &str) -> bool {
    seal.len() == 2 * SALT
}

fn commitment(salt: &str, value: &str) -> Hex {
    in_hex(Sha256::new().chain_update(salt).chain_update(value))
}
