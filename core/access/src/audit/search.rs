//! Which entries of the audit trail somebody asks for.

use chrono::{DateTime, Utc};
use core_base::{MemberId, Result};
use core_db::{TenantDb, audit_entry};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use crate::entity::member;

/// Entries of which one page looks at the most: a rare word in a trail of millions is looked for in
/// steps, and the page says how far it got.
const LOOK_AT: i64 = 50_000;
/// Texts of what is looked for are no longer.
const WORDS: usize = 100;

/// What is asked for; empty: everything.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// A part of a row's or a person's name.
    pub words: String,
    /// `created`, `updated`, `deleted` or an event's name.
    pub action: String,
    /// The table of what changed.
    pub table: String,
    /// Who did it.
    pub by: Option<MemberId>,
    /// Not before, UTC.
    pub from: Option<DateTime<Utc>>,
    /// Before, UTC.
    pub until: Option<DateTime<Utc>>,
    /// Only what is older than the entry of this number.
    pub before: Option<i64>,
}

/// A page of entries, newest first.
#[derive(Clone, Debug)]
pub struct Found {
    /// The entries.
    pub entries: Vec<audit_entry::Model>,
    /// Where the next page begins; none: this is the last one.
    pub next: Option<i64>,
    /// It ends before it is full: how far back it looked, UTC.
    pub looked_back_to: Option<DateTime<Utc>>,
}

impl Search {
    /// Is anything asked for?
    pub fn is_narrow(&self) -> bool {
        let Self { words, action, table, by, from, until, before: _ } = self;
        let texts = [words, action, table];
        texts.iter().any(|text| !text.is_empty())
            || by.is_some()
            || from.is_some()
            || until.is_some()
    }

    /// So many entries, newest first.
    pub async fn page(&self, db: &TenantDb, many: u64) -> Result<Found> {
        use audit_entry::Column;
        let newest = match self.edge(db, self.until).await? {
            Some(edge) => edge.min(self.before.unwrap_or(i64::MAX)),
            None => self.before.unwrap_or(i64::MAX),
        };
        let oldest = match self.from {
            Some(_) => self.edge(db, self.from).await?.unwrap_or(i64::MAX),
            None => 0,
        };
        let newest = match newest {
            i64::MAX => self.last(db).await? + 1,
            newest => newest,
        };
        // A person and a time have an index; words and kinds are looked for in what is new.
        let is_scan = [&self.words, &self.action, &self.table].iter().any(|text| !text.is_empty());
        let floor = match is_scan && self.by.is_none() {
            true => oldest.max(newest - LOOK_AT),
            false => oldest,
        };
        let query = self.narrow(db).await?.filter(Column::Seq.lt(newest));
        let query = query.filter(Column::Seq.gte(floor)).order_by_desc(Column::Seq);
        let mut entries = query.limit(many + 1).all(db).await?;
        let has_more = entries.len() as u64 > many;
        entries.truncate(many as usize);
        let stopped = !has_more && floor > oldest.max(1);
        let next = match (has_more, entries.last()) {
            (true, Some(last)) => Some(last.seq),
            _ => stopped.then_some(floor),
        };
        let looked_back_to = match stopped {
            true => audit_entry::Entity::find_by_id(floor).one(db).await?.map(|entry| entry.at),
            false => None,
        };
        Ok(Found { entries, next, looked_back_to })
    }

    /// The first entry of that time or later.
    async fn edge(&self, db: &TenantDb, at: Option<DateTime<Utc>>) -> Result<Option<i64>> {
        use audit_entry::Column;
        let Some(at) = at else { return Ok(None) };
        let first = audit_entry::Entity::find().select_only().column(Column::Seq);
        let first = first.filter(Column::At.gte(at)).order_by_asc(Column::At).limit(1);
        Ok(first.into_tuple().one(db).await?)
    }

    async fn last(&self, db: &TenantDb) -> Result<i64> {
        use audit_entry::Column;
        let last = audit_entry::Entity::find().select_only().column(Column::Seq);
        let last = last.order_by_desc(Column::Seq).limit(1).into_tuple().one(db).await?;
        Ok(last.unwrap_or(0))
    }

    async fn narrow(&self, db: &TenantDb) -> Result<Select<audit_entry::Entity>> {
        use audit_entry::Column;
        let mut query = audit_entry::Entity::find();
        if !self.action.is_empty() {
            query = query.filter(Column::Action.eq(&self.action));
        }
        if !self.table.is_empty() {
            query = query.filter(Column::Entity.eq(&self.table));
        }
        if let Some(member) = self.by {
            let user = user_of(db, member).await?;
            query = query.filter(Column::UserId.eq(user));
        }
        let words: String = self.words.trim().chars().take(WORDS).collect();
        if !words.is_empty() {
            let people = member::Entity::find().select_only().column(member::Column::UserId);
            let people = people.filter(db.contains(member::Column::Name, &words)).limit(100);
            let people: Vec<core_base::UserId> = people.into_tuple().all(db).await?;
            let people = people.into_iter().map(|user| user.0);
            let any = Condition::any()
                .add(db.contains(Column::Title, &words))
                .add(Column::Address.eq(&words))
                .add(Column::UserId.is_in(people));
            query = query.filter(any);
        }
        Ok(query)
    }
}

/// The person behind a member, also of one who is gone.
async fn user_of(db: &TenantDb, id: MemberId) -> Result<Option<sea_orm::prelude::Uuid>> {
    if let Some(row) = member::Entity::find_by_id(id).one(db).await? {
        return Ok(Some(row.user_id.0));
    }
    let acted = audit_entry::Entity::find().select_only().column(audit_entry::Column::UserId);
    let acted = acted.filter(audit_entry::Column::Actor.eq(format!("member:{id}"))).limit(1);
    Ok(acted.into_tuple::<Option<sea_orm::prelude::Uuid>>().one(db).await?.flatten())
}
