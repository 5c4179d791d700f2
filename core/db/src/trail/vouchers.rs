//! Entries that say that parts of earlier ones were erased, and by what right: without one of them, an
//! empty entry is a sign of tampering.

use std::collections::HashMap;

use sea_orm::prelude::Uuid;
use serde_json::Value as Json;

use super::{chain::BEGINNING, entry::Model, recorder::Recorder};

/// The category of entries about the trail itself, which go last.
pub(super) const TRAIL: &str = "trail";
/// The category of log-ins and refusals, which say of a person what nobody else needs.
pub(super) const ACCESS: &str = "access";
/// Details of a category are over, or the beginning of the chain.
pub(super) const EXPIRED: &str = "expired";
/// A person was erased.
pub(super) const FORGOTTEN: &str = "forgotten";
/// What an expiry is about: the trail itself.
pub(super) const TRAIL_TABLE: &str = "audit_entries";
/// What the erasing of a person is about.
pub(super) const PEOPLE_TABLE: &str = "users";

/// What was erased by right: never more than that, and nothing of entries that came later.
#[derive(Clone, Debug)]
pub struct Vouchers {
    /// By category, up to which number, and which entry says so.
    expired: HashMap<String, (i64, i64)>,
    /// Which entry says so.
    people: HashMap<Uuid, i64>,
    /// `members/…`, and which entry says so.
    rows: HashMap<String, i64>,
    /// The number of the first entry that is still there, and the link before it.
    pub(super) beginning: (i64, String),
}

impl Vouchers {
    /// What the entries of the category `trail` say, in their order.
    pub fn of(entries: &[Model]) -> Self {
        let mut all = Self {
            expired: HashMap::new(),
            people: HashMap::new(),
            rows: HashMap::new(),
            beginning: (1, BEGINNING.to_owned()),
        };
        for entry in entries.iter().filter(|entry| entry.category == TRAIL) {
            let told: Json = serde_json::from_str(&entry.changes).unwrap_or_default();
            match (&*entry.action, &*entry.row_id) {
                (EXPIRED, "") => {
                    let link = told["first_link"][1].as_str().unwrap_or_default();
                    all.beginning =
                        (told["first_seq"][1].as_i64().unwrap_or_default(), link.to_owned());
                }
                (EXPIRED, category) => {
                    let until = told["seq"][1].as_i64().unwrap_or_default();
                    all.expired.insert(category.to_owned(), (until, entry.seq));
                }
                (FORGOTTEN, person) => {
                    if let Ok(person) = person.parse() {
                        all.people.insert(person, entry.seq);
                    }
                    for row in rows_of(&told) {
                        all.rows.insert(row, entry.seq);
                    }
                }
                _ => {}
            }
        }
        all
    }

    /// All that is gone of this entry (title, address, changes) is gone by right.
    pub(super) fn vouch(&self, entry: &Model, erased: [bool; 3]) -> bool {
        let later = |by: &i64| entry.seq < *by;
        let is_over = self
            .expired
            .get(&entry.category)
            .is_some_and(|(until, by)| entry.seq <= *until && later(by));
        let by_person = entry.user_id.and_then(|user| self.people.get(&user)).is_some_and(later);
        let row = format!("{}/{}", entry.entity, entry.row_id);
        let details =
            self.rows.get(&row).is_some_and(later) || (by_person && entry.category == ACCESS);
        let allowed = [is_over || details, is_over || by_person, is_over || details];
        erased.into_iter().zip(allowed).all(|(erased, allowed)| allowed || !erased)
    }
}

/// The rows that an entry about a person names: `members/…`.
pub(super) fn rows_of(told: &Json) -> impl Iterator<Item = String> {
    let rows = told["rows"][1].as_array().into_iter().flatten();
    rows.filter_map(Json::as_str).map(str::to_owned)
}

impl Recorder {
    /// Tells what was done to the trail itself.
    pub(super) fn tell_of_trail(&self, action: &str, table: &str, row: &str, told: Json) {
        let entry = Model {
            entity: table.to_owned(),
            row_id: row.to_owned(),
            changes: told.to_string(),
            ..self.new_entry(TRAIL, action)
        };
        self.pending().add(entry);
    }
}
