//! An entry in the words that people read: names for ids, labels for columns.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use core_base::{MemberId, Result, text::capitalised};
use core_db::{TenantDb, audit_entry};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::entity::{member, role};

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A member, by name; they may be gone.
    Person(String),
    /// A program with a member's key.
    Key(String),
    /// The product, because of what a person asked for, or by itself.
    Product(Option<String>),
    /// Somebody who had not logged in.
    Visitor,
    /// Whoever runs the product, by a command.
    Operator,
}

/// One column before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The column.
    pub column: String,
    /// What people call it.
    pub label: String,
    /// Empty: nothing.
    pub before: String,
    /// Empty: nothing.
    pub after: String,
}

/// An entry to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number.
    pub seq: i64,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// Who.
    pub who: Who,
    /// "Changed project".
    pub what: String,
    /// Which one.
    pub title: String,
    /// Column by column.
    pub changes: Vec<Change>,
    /// Where from; empty: not from outside.
    pub address: String,
}

impl Who {
    /// The name to show.
    pub fn name(&self) -> &str {
        match self {
            Self::Person(name) => name,
            Self::Key(_) => "API key",
            Self::Product(_) => "Automatic",
            Self::Visitor => "Visitor",
            Self::Operator => "Operator",
        }
    }

    /// On whose behalf, where it was not themselves.
    pub fn for_whom(&self) -> Option<&str> {
        match self {
            Self::Key(name) | Self::Product(Some(name)) => Some(name),
            _ => None,
        }
    }
}

/// The names behind the ids of some entries.
#[derive(Default)]
struct Names {
    users: HashMap<Uuid, String>,
    values: HashMap<String, String>,
}

/// The entries to be read, in their order.
pub async fn lines(db: &TenantDb, entries: Vec<audit_entry::Model>) -> Result<Vec<Line>> {
    let parsed: Vec<Map<String, Json>> = entries
        .iter()
        // What entries about the log itself say is for whoever verifies it.
        .map(|entry| match &*entry.category {
            "trail" => Map::new(),
            _ => serde_json::from_str(&entry.changes).unwrap_or_default(),
        })
        .collect();
    let names = names(db, &entries, &parsed).await?;
    let line = |(entry, changes)| line(db, &names, entry, changes);
    Ok(entries.into_iter().zip(parsed).map(line).collect())
}

fn line(
    db: &TenantDb,
    names: &Names,
    entry: audit_entry::Model,
    changes: Map<String, Json>,
) -> Line {
    let table = db.audited(&entry.entity);
    let text = |column: &str, value: &Json| {
        let word = match value {
            Json::Number(number) => number.to_string(),
            value => value.as_str().unwrap_or_default().to_owned(),
        };
        let known = table.as_ref().and_then(|table| table.word(column, &word));
        known.map_or_else(|| shown(names, value), str::to_owned)
    };
    // What is kept to bring a row back is nobody's reading.
    let is_told = |column: &str| table.as_ref().is_none_or(|table| table.tells(column));
    let told = changes.iter().filter(|(column, _)| is_told(column));
    let changes = told.map(|(column, pair)| Change {
        column: column.clone(),
        label: table.as_ref().map_or(column.as_str(), |table| table.label(column)).to_owned(),
        before: text(column, &pair[0]),
        after: text(column, &pair[1]),
    });
    let noun = table.as_ref().map_or("", |table| table.noun);
    let person = entry.user_id.map(|user| match names.users.get(&user) {
        Some(name) => name.clone(),
        None => "Former member".to_owned(),
    });
    let who = match (entry.actor.split(':').next(), person) {
        (Some("member" | "account"), Some(name)) => Who::Person(name),
        (Some("key"), Some(name)) => Who::Key(name),
        (Some("visitor"), _) => Who::Visitor,
        (Some("command"), _) => Who::Operator,
        (_, person) => Who::Product(person),
    };
    Line {
        changes: changes.collect(),
        who,
        what: what(&entry.action, noun),
        seq: entry.seq,
        at: entry.at,
        title: entry.title,
        address: entry.address,
    }
}

/// What was done, in words: "Changed project", "Logged in"; `noun` may be empty.
pub fn what(action: &str, noun: &str) -> String {
    let verb = match action {
        "created" => "Created",
        "updated" => "Changed",
        "deleted" => "Deleted",
        "expired" => return "Erased what is past its time".to_owned(),
        "forgotten" => return "Erased a person".to_owned(),
        event => return capitalised(&event.replace('_', " ")),
    };
    format!("{verb} {noun}").trim_end().to_owned()
}

fn shown(names: &Names, value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::Bool(true) => "Yes".to_owned(),
        Json::Bool(false) => "No".to_owned(),
        Json::String(text) => match names.values.get(text) {
            Some(name) => name.clone(),
            None => text.clone(),
        },
        other => other.to_string(),
    }
}

async fn names(
    db: &TenantDb,
    entries: &[audit_entry::Model],
    changes: &[Map<String, Json>],
) -> Result<Names> {
    let users: BTreeSet<Uuid> = entries.iter().filter_map(|entry| entry.user_id).collect();
    let values = changes.iter().flat_map(Map::values).flat_map(|pair| [&pair[0], &pair[1]]);
    let ids: BTreeSet<Uuid> =
        values.filter_map(|value| Uuid::try_parse(value.as_str()?).ok()).collect();
    let mut names = Names::default();
    let members = member::Entity::find().filter(
        member::Column::UserId
            .is_in(users.iter().copied())
            .or(member::Column::Id.is_in(ids.iter().copied())),
    );
    for row in members.all(db).await? {
        names.users.insert(row.user_id.0, row.name.clone());
        names.values.insert(row.id.to_string(), row.name);
    }
    if ids.is_empty() && users.iter().all(|user| names.users.contains_key(user)) {
        return Ok(names);
    }
    let texts = ids.iter().map(Uuid::to_string);
    for row in role::Entity::find().filter(role::Column::Id.is_in(texts)).all(db).await? {
        names.values.insert(row.id, row.name);
    }
    // Whoever is gone stands in the trail itself, under the name that they had.
    let unknown = |entry: &audit_entry::Model| {
        let user = entry.user_id.filter(|user| !names.users.contains_key(user))?;
        let member = entry.actor.strip_prefix("member:")?.parse::<MemberId>().ok()?;
        Some((member.to_string(), Some(user)))
    };
    let mut gone: HashMap<String, Option<Uuid>> = entries.iter().filter_map(unknown).collect();
    for id in ids.iter().map(Uuid::to_string).filter(|id| !names.values.contains_key(id)) {
        gone.entry(id).or_insert(None);
    }
    let last = audit_entry::Entity::find()
        .filter(audit_entry::Column::Entity.is_in(["members", "roles"]))
        .filter(audit_entry::Column::RowId.is_in(gone.keys()))
        .order_by_asc(audit_entry::Column::Seq)
        .limit(1000);
    for entry in last.all(db).await? {
        if entry.title.is_empty() {
            continue;
        }
        if let Some(Some(user)) = gone.get(&entry.row_id) {
            names.users.insert(*user, entry.title.clone());
        }
        names.values.insert(entry.row_id, entry.title);
    }
    Ok(names)
}
