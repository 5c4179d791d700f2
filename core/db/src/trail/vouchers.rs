//! Entries that say that parts of earlier ones were erased, and by what right: without one of them, an
//! empty entry is a sign of tampering.

use std::collections::{HashMap, HashSet};

use sea_orm::prelude::Uuid;
use serde_json::Value as Json;

use super::{chain::BEGINNING, entry::Model};
use crate::TenantDb;

/// The category of entries about the trail itself, which go last.
pub(super) const TRAIL: &str = "trail";
/// Details of a category are over, or the beginning of the chain.
pub(super) const EXPIRED: &str = "expired";
/// A person was erased.
pub(super) const FORGOTTEN: &str = "forgotten";
/// What the first is about,
pub(super) const TRAIL_TABLE: &str = "audit_entries";
/// and the second.
pub(super) const PEOPLE_TABLE: &str = "users";

/// What was erased by right.
#[derive(Clone, Debug)]
pub struct Vouchers {
    /// By category, up to which number.
    expired: HashMap<String, i64>,
    people: HashSet<Uuid>,
    /// `members/…`
    rows: HashSet<String>,
    /// The number of the first entry that is still there, and the link before it.
    pub(super) beginning: (i64, String),
}

impl Vouchers {
    /// What the entries of the category `trail` say, in their order.
    pub fn of(entries: &[Model]) -> Self {
        let mut all = Self {
            expired: HashMap::new(),
            people: HashSet::new(),
            rows: HashSet::new(),
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
                    let known = all.expired.entry(category.to_owned()).or_default();
                    *known = until.max(*known);
                }
                (FORGOTTEN, person) => {
                    all.people.extend(person.parse::<Uuid>());
                    let rows = told["rows"][1].as_array().into_iter().flatten();
                    all.rows.extend(rows.filter_map(Json::as_str).map(str::to_owned));
                }
                _ => {}
            }
        }
        all
    }

    /// By right something of this entry is gone.
    pub(super) fn vouch(&self, entry: &Model) -> bool {
        self.expired.get(&entry.category).is_some_and(|until| entry.seq <= *until)
            || entry.user_id.is_some_and(|user| self.people.contains(&user))
            || self.rows.contains(&format!("{}/{}", entry.entity, entry.row_id))
    }
}

impl TenantDb {
    /// Tells what was done to the trail itself.
    pub(super) fn tell_of_trail(&self, action: &str, table: &str, row: &str, told: Json) {
        let entry = Model {
            entity: table.to_owned(),
            row_id: row.to_owned(),
            changes: told.to_string(),
            ..self.new_entry(TRAIL, action)
        };
        self.pending_writes().add(entry);
    }
}
