//! Which entries of the audit trail somebody asks for.

use chrono::{DateTime, Utc};
use core_base::{MemberId, Result};
use core_db::{TenantDb, audit_day, audit_entry, audit_head};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, Func},
};

use crate::entity::member;

/// Entries of which one page looks at the most: a rare word in a trail of millions is looked for in
/// steps, and the page says how far it got.
const LOOK_AT: i64 = 25_000;
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
        let newest = match (self.before, self.not_after(db).await?) {
            (Some(before), Some(edge)) => before.min(edge),
            (Some(before), None) => before,
            (None, Some(edge)) => edge,
            (None, None) => self.last(db).await? + 1,
        };
        let head = audit_head::Entity::find().one(db).await?;
        let oldest = self.not_before(db).await?.max(head.map_or(0, |head| head.first_seq));
        // Days are written down; the rest is looked for in what is new. An index for it would cost every
        // write.
        let is_scan = [&self.words, &self.action, &self.table].iter().any(|text| !text.is_empty());
        let floor = match is_scan || self.by.is_some() {
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

    /// No entry that is old enough has this number or a later one. An entry of late in the day is written
    /// before the next day is over.
    async fn not_after(&self, db: &TenantDb) -> Result<Option<i64>> {
        let Some(until) = self.until else { return Ok(None) };
        let later = audit_day::Entity::find().filter(audit_day::Column::Day.gt(day_of(until)));
        let later = later.order_by_asc(audit_day::Column::Day).one(db).await?;
        Ok(later.map(|day| day.seq + 1))
    }

    /// No entry that is young enough has an earlier number.
    async fn not_before(&self, db: &TenantDb) -> Result<i64> {
        let Some(from) = self.from else { return Ok(0) };
        let before = audit_day::Entity::find().filter(audit_day::Column::Day.lt(day_of(from)));
        let before = before.order_by_desc(audit_day::Column::Day).one(db).await?;
        Ok(before.map_or(0, |day| day.seq + 1))
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
        if let Some(from) = self.from {
            query = query.filter(Column::At.gte(from));
        }
        if let Some(until) = self.until {
            query = query.filter(Column::At.lt(until));
        }
        if !self.action.is_empty() {
            query = query.filter(Column::Action.eq(&self.action));
        }
        if !self.table.is_empty() {
            query = query.filter(is_about(&self.table));
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

/// About this table; not by the index of the history, which would find all of them and then sort.
fn is_about(table: &str) -> Expr {
    use sea_orm::ExprTrait;
    Expr::from(Func::coalesce([audit_entry::Column::Entity.into_expr(), "".into()])).eq(table)
}

/// As days are written down.
fn day_of(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d").to_string()
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
