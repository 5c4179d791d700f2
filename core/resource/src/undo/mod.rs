//! Undoing what was done to rows at once: where the audit trail tells it is noted, and each entry is taken back.

mod job;
pub mod operation;

use chrono::TimeDelta;
use core_access::Member;
use core_base::{Result, UserId, clock};
use core_db::{Left, Savepoints, Stamps, TenantDb, audit_entry};
use core_ui::Errors;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::Resource;
pub use job::Undo;
pub(crate) use job::undo;
pub use operation::Kind;
use operation::{Column, Entity, Model};

/// For so many days something can be undone.
pub const DAYS: i64 = 30;

/// Entries that are read at once.
const PIECE: u64 = 500;

/// Why something was left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// By what the store found.
    Row(Left),
    Full,
    Forbidden,
    Rule,
}

impl Why {
    /// Each with the word in the table and the sentence for people.
    const ALL: [(Self, &'static str, &'static str); 9] = [
        (Self::Row(Left::Changed), "changed", "It was changed since."),
        (Self::Row(Left::Gone), "gone", "It was deleted since."),
        (Self::Row(Left::There), "there", "It is there already."),
        (
            Self::Row(Left::Taken),
            "taken",
            "Something else has what must be unique by now, such as its name.",
        ),
        (Self::Row(Left::Alone), "alone", "What it belongs to is gone."),
        (Self::Row(Left::Erased), "erased", "What it was before is no longer kept."),
        (Self::Full, "full", "The workspace has as many as it may have."),
        (Self::Forbidden, "forbidden", "Your role doesn't allow you to change it."),
        (Self::Rule, "rule", "As it was, it would break a rule by now."),
    ];

    pub(crate) fn word(self) -> &'static str {
        Self::ALL.iter().find(|(why, ..)| *why == self).map_or("", |(_, word, _)| word)
    }

    /// The sentence for people, by the word in the table.
    pub(crate) fn text(word: &str) -> &'static str {
        Self::ALL.iter().find(|(_, known, _)| *known == word).map_or("", |(.., text)| text)
    }
}

/// Which operations somebody may look at: those of a resource at its place, and of them, whose.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    place: &'a str,
    whose: Option<UserId>,
}

impl<'a> Scope<'a> {
    /// Whoever lacks something that the resource asks for sees what they did themselves: what others did may be
    /// about rows and fields that are not for them.
    pub(crate) fn of(full: &Resource, place: &'a str, member: &Member) -> Self {
        let is_whole = full.permissions().all(|needs| member.may(&needs));
        Self { place, whose: (!is_whole).then_some(member.user) }
    }

    fn select(&self, db: &TenantDb) -> Select<Entity> {
        let recent = Column::At.gte(clock::now() - TimeDelta::days(DAYS));
        let here = db.find::<Entity>().filter(Column::Place.eq(self.place)).filter(recent);
        match self.whose {
            Some(user) => here.filter(Column::UserId.eq(user.0)),
            None => here,
        }
    }

    /// What can be undone, or was, the latest first.
    pub(crate) async fn operations(
        self,
        db: &TenantDb,
        (from, many): (u64, u64),
    ) -> Result<Vec<Model>> {
        let all = self.select(db).order_by_desc(Column::At).order_by_desc(Column::Id);
        Ok(all.offset(from).limit(many).all(db).await?)
    }

    /// One of them; `is_held`: nobody else undoes it until the transaction ends.
    pub(crate) async fn operation(
        self,
        db: &TenantDb,
        id: Uuid,
        is_held: bool,
    ) -> Result<Option<Model>> {
        let one = self.select(db).filter(Column::Id.eq(id));
        Ok(if is_held { one.lock_exclusive() } else { one }.one(db).await?)
    }
}

/// Something that was done to rows at once.
pub(crate) struct Done<'a> {
    /// Where the resource is.
    pub(crate) place: &'a str,
    pub(crate) kind: Kind,
    /// What people read: "Deleted 12 projects".
    pub(crate) words: String,
    /// How many rows.
    pub(crate) count: u64,
}

/// What came of undoing.
#[derive(Debug, Default)]
pub(crate) struct Undone {
    /// Rows of the resource that are as they were.
    pub(crate) done: u64,
    /// Entries that were not taken back, and why.
    pub(crate) left: Vec<(i64, Why)>,
}

impl Resource {
    /// Can rows that were deleted be brought back?
    pub(crate) fn is_restorable(&self, db: &TenantDb) -> bool {
        db.audited(&self.name).is_some_and(|table| table.is_restorable)
    }

    /// Notes what this unit of work did to rows at once, so that it can be undone: the last thing that it does. None:
    /// nothing was told of it, or what is told does not suffice.
    pub(crate) async fn note(
        &self,
        db: &TenantDb,
        Done { place, kind, words, count }: Done<'_>,
    ) -> Result<Option<Uuid>> {
        if kind == Kind::Delete && !self.is_restorable(db) {
            return Ok(None);
        }
        let Some((first, last)) = db.told().await? else { return Ok(None) };
        let now = clock::now();
        let old = Column::At.lt(now - TimeDelta::days(DAYS));
        db.delete_many::<Entity>().filter(old).exec(db).await?;
        let id = Uuid::now_v7();
        let row = Model {
            id,
            place: place.to_owned(),
            kind,
            words,
            user_id: db.actor().user().map(|user| user.0),
            at: now,
            count: i64::try_from(count).unwrap_or(i64::MAX),
            places: serde_json::json!([[first, last]]).to_string(),
            undone_at: None,
            undone_by: None,
            undone: 0,
            undone_from: None,
            left_out: "[]".to_owned(),
        };
        db.insert(row.into_active_model()).await?;
        Ok(Some(id))
    }

    /// The same of something that takes several units of work: this one adds to it.
    pub(crate) async fn note_more(
        &self,
        db: &TenantDb,
        known: Option<Uuid>,
        done: Done<'_>,
    ) -> Result<Option<Uuid>> {
        let here = Scope { place: done.place, whose: None };
        let known = match known {
            Some(id) => here.operation(db, id, true).await?,
            None => None,
        };
        // What was undone is over: what comes now is undone by itself.
        let is_open = |one: &Model| one.undone_at.is_none() && one.undone_from.is_none();
        let Some(mut known) = known.filter(is_open) else { return self.note(db, done).await };
        if let Some(place) = db.told().await? {
            let mut places = known.places();
            places.push(place);
            known.places = serde_json::to_string(&places)?;
            known.count = known.count.saturating_add_unsigned(done.count);
            known.clone().into_active_model().reset_all().update(db).await?;
        }
        Ok(Some(known.id))
    }

    /// What the trail tells of it about rows of the resource, the first of them first.
    pub(crate) async fn told_of(
        &self,
        db: &TenantDb,
        of: &Model,
        many: u64,
    ) -> Result<Vec<audit_entry::Model>> {
        let mut all = vec![];
        for (first, last) in of.places() {
            let left = many.saturating_sub(all.len() as u64);
            let some = audit_entry::Entity::find()
                .filter(audit_entry::Column::Seq.between(first, last))
                .filter(audit_entry::Column::Entity.eq(&self.name))
                .order_by_asc(audit_entry::Column::Seq)
                .limit(left);
            all.extend(some.all(db).await?);
        }
        Ok(all)
    }

    /// Takes back what was done, the last of it first, so many entries at most; true: that was all of it. `full` is the
    /// resource as it is for somebody who may see and set everything.
    pub(crate) async fn undo(
        &self,
        full: &Self,
        db: &TenantDb,
        of: &mut Model,
        many: u64,
    ) -> Result<bool> {
        let (mut seen_to, mut left) = (0, of.left());
        while seen_to < many {
            let piece = piece(db, of, (many - seen_to).min(PIECE)).await?;
            for entry in &piece {
                match self.take_back(full, db, entry).await? {
                    None => of.undone += i64::from(entry.entity == self.name),
                    Some(why) => left.push((entry.seq, why.word().to_owned())),
                }
                of.undone_from = Some(entry.seq);
            }
            seen_to += piece.len() as u64;
            if piece.is_empty() {
                of.undone_at = Some(clock::now());
                of.undone_by = db.actor().user().map(|user| user.0);
                break;
            }
        }
        of.left_out = serde_json::json!(left).to_string();
        of.clone().into_active_model().reset_all().update(db).await?;
        Ok(of.undone_at.is_some())
    }

    /// Takes back what concerns these entries alone; what went along with other rows stays away with them.
    pub(crate) async fn undo_some(
        &self,
        full: &Self,
        db: &TenantDb,
        of: &Model,
        only: &[i64],
    ) -> Result<Undone> {
        let (mut undone, mut of) = (Undone::default(), of.clone());
        loop {
            let piece = piece(db, &of, PIECE).await?;
            let Some(last) = piece.last() else { return Ok(undone) };
            of.undone_from = Some(last.seq);
            for entry in &piece {
                let is_mine = entry.entity == self.name;
                if is_mine && !only.contains(&entry.seq) {
                    continue;
                }
                match self.take_back(full, db, entry).await? {
                    None => undone.done += u64::from(is_mine),
                    Some(why) if is_mine => undone.left.push((entry.seq, why)),
                    Some(_) => {}
                }
            }
        }
    }

    /// None: it is done.
    async fn take_back(
        &self,
        full: &Self,
        db: &TenantDb,
        entry: &audit_entry::Model,
    ) -> Result<Option<Why>> {
        if entry.entity != self.name {
            return Ok(db.take_back(entry, Stamps::default()).await?.err().map(Why::Row));
        }
        let Ok(id) = entry.row_id.parse::<Uuid>() else { return Ok(Some(Why::Row(Left::Erased))) };
        if !self.may_set(full, entry) {
            return Ok(Some(Why::Forbidden));
        }
        let is_back = entry.action == "deleted";
        let before = match is_back {
            true => None,
            false => match self.find(db, id).await? {
                Some(row) => Some(row),
                None if full.find(db, id).await?.is_some() => return Ok(Some(Why::Forbidden)),
                None => return Ok(Some(Why::Row(Left::Gone))),
            },
        };
        if is_back
            && let Some((room, _)) = self.limit
            && room(db).await?.is_err()
        {
            return Ok(Some(Why::Full));
        }
        let name = |at: Option<usize>| at.map(|at| self.columns[at].name);
        let stamps = Stamps { version: name(self.version), updated: name(self.updated) };
        let savepoint = db.savepoint().await?;
        let mut left = db.take_back(entry, stamps).await?.err().map(Why::Row);
        if left.is_none() && entry.action != "created" {
            left = match self.find(db, id).await? {
                None => Some(Why::Forbidden),
                Some(after) => {
                    let found: Errors = self.ask_rules(db, before.as_ref(), &after).await?;
                    (!found.is_empty()).then_some(Why::Rule)
                }
            };
        }
        match left {
            None => db.release(&savepoint).await?,
            Some(_) => db.rollback_to(&savepoint).await?,
        }
        Ok(left)
    }

    /// May whoever has this resource set every field that an entry changed? Whole rows come and go with their fields.
    fn may_set(&self, full: &Self, entry: &audit_entry::Model) -> bool {
        if entry.action != "updated" {
            return true;
        }
        let changes: Map<String, Json> = serde_json::from_str(&entry.changes).unwrap_or_default();
        let of = |known: &Self, column: &str| {
            let mut fields = known.fields.iter();
            let field = fields.find(|field| known.columns[field.at].name == column);
            field.map(|field| (field.parts.is_in_form, field.parts.is_hidden))
        };
        changes.keys().all(|column| match (of(self, column), of(full, column)) {
            (Some((mine, is_hidden)), Some((theirs, _))) => !is_hidden && mine == theirs,
            _ => true,
        })
    }
}

/// The next entries of what is undone, the last first.
async fn piece(db: &TenantDb, of: &Model, many: u64) -> Result<Vec<audit_entry::Model>> {
    let seen_to = of.undone_from.unwrap_or(i64::MAX);
    for (first, last) in of.places().into_iter().rev().filter(|(first, _)| *first < seen_to) {
        let some = audit_entry::Entity::find()
            .filter(audit_entry::Column::Seq.between(first, last.min(seen_to - 1)))
            .filter(audit_entry::Column::Category.eq("change"))
            .order_by_desc(audit_entry::Column::Seq)
            .limit(many);
        let some = some.all(db).await?;
        if !some.is_empty() {
            return Ok(some);
        }
    }
    Ok(vec![])
}
