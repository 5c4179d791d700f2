//! Retention: after its time an entry's details are erased, and once all times are over the entry goes.
//! Each day's end of the chain is written down on the way.

use std::sync::Arc;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use core_base::{Result, clock};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement, sea_query::Expr,
};
use serde_json::{Value as Json, json};

use super::{
    day, entry, head,
    recorder::Recorded,
    seal,
    vouchers::{EXPIRED, TRAIL, TRAIL_TABLE},
};
use crate::{Store, Tenant};

/// So many entries are seen to in one transaction: nobody waits long for it.
const MANY: u64 = 2_000;

/// For how many days the details of each category of entries are kept. Entries go after the longest.
#[derive(Clone, Debug)]
pub struct Retention(pub Vec<(&'static str, u32)>);

impl Store {
    /// Writes down the ends of past days, and takes away what is over. Returns how many entries it saw to.
    pub async fn trim_audit(&self, tenant: &Arc<Tenant>, keep: &Retention) -> Result<u64> {
        let mut seen_to = 0;
        loop {
            let keep = keep.clone();
            let trim = |db| async move { trim(&db, &keep).await };
            let (done, is_all) = self.on_trail(tenant, trim).await?;
            seen_to += done;
            if is_all {
                return Ok(seen_to);
            }
        }
    }

    /// The same for the catalogue's own trail.
    pub async fn trim_catalog_audit(&self, keep: &Retention) -> Result<u64> {
        let mut seen_to = 0;
        loop {
            let keep = keep.clone();
            let trimmed =
                self.on_catalog_trail(move |tx| Box::pin(async move { trim(tx, &keep).await }));
            let (done, is_all) = trimmed.await?;
            seen_to += done;
            if is_all {
                return Ok(seen_to);
            }
        }
    }
}

/// Sees to the next entries; how many, and whether they were the last.
async fn trim<C: Recorded>(db: &C, keep: &Retention) -> Result<(u64, bool)> {
    // Nobody adds to the chain meanwhile.
    let end = head::Entity::find_by_id(head::ID).lock_exclusive().one(db).await?;
    let Some(end) = end else { return Ok((0, true)) };
    write_down_days(db).await?;
    let Retention(days) = keep;
    let longest = days.iter().map(|(_, days)| *days).max().unwrap_or(u32::MAX);
    let (mut seen_to, first) = remove(db, &end, last_before(db, longest).await?).await?;
    let mut is_all = seen_to < MANY;
    for (category, days) in days.iter().filter(|(_, days)| *days < longest) {
        let erased = expire(db, first, category, last_before(db, *days).await?).await?;
        seen_to += erased;
        is_all &= erased < MANY;
    }
    Ok((seen_to, is_all))
}

/// Where the chain stood at the end of each day that is over and not written down yet.
async fn write_down_days<C: Recorded>(db: &C) -> Result<()> {
    let known = day::Entity::find().order_by_desc(day::Column::Day).one(db).await?;
    let today = clock::now().date_naive().and_time(NaiveTime::MIN).and_utc();
    let backend = db.get_database_backend();
    let day_of = match backend {
        DbBackend::Postgres => "to_char(\"at\" AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
        _ => "substr(\"at\", 1, 10)",
    };
    let (from, known_day) = known.map_or((0, String::new()), |known| (known.seq, known.day));
    let sql = format!(
        "SELECT {day_of} AS gw_day, MIN(\"seq\") AS gw_first, MAX(\"seq\") AS gw_last \
         FROM \"tenant\".\"audit_entries\" WHERE \"seq\" > $1 GROUP BY 1 ORDER BY 1 DESC"
    );
    let ask = Statement::from_sql_and_values(backend, sql, [from.into()]);
    // From the youngest day back: a day ends before the first entry of any later day.
    let (mut next, mut ends) = (None::<i64>, vec![]);
    for row in db.query_all_raw(ask).await? {
        let day: String = row.try_get("", "gw_day")?;
        let (first, last): (i64, i64) = (row.try_get("", "gw_first")?, row.try_get("", "gw_last")?);
        if day < today.format("%Y-%m-%d").to_string() && day > known_day {
            ends.push((day, next.map_or(last, |next| next - 1)));
        }
        next = Some(next.map_or(first, |next| next.min(first)));
    }
    for (day, seq) in ends.into_iter().rev() {
        if let Some(entry) = entry::Entity::find_by_id(seq).one(db).await? {
            let row = day::ActiveModel { day: Set(day), seq: Set(seq), link: Set(entry.link) };
            day::Entity::insert(row).exec_without_returning(db).await?;
        }
    }
    Ok(())
}

/// Up to this number everything is older than so many days; 0: nothing is.
async fn last_before<C: Recorded>(db: &C, days: u32) -> Result<i64> {
    let Some(edge) =
        TimeDelta::try_days(days.into()).and_then(|days| clock::now().checked_sub_signed(days))
    else {
        return Ok(0);
    };
    let edge: DateTime<Utc> = edge;
    let before = day::Column::Day.lt(edge.format("%Y-%m-%d").to_string());
    let last = day::Entity::find().filter(before).order_by_desc(day::Column::Day);
    Ok(last.one(db).await?.map_or(0, |day| day.seq))
}

/// Deletes what stands at the beginning of the chain, and tells where it begins now. How many entries
/// went, and the first one that is left.
async fn remove<C: Recorded>(db: &C, end: &head::Model, until: i64) -> Result<(u64, i64)> {
    let until = until.min(end.first_seq + MANY as i64 - 1);
    if until < end.first_seq {
        return Ok((0, end.first_seq));
    }
    let last = entry::Entity::find_by_id(until).one(db).await?;
    let Some(last) = last else { return Ok((0, end.first_seq)) };
    let old = entry::Entity::delete_many().filter(entry::Column::Seq.lte(until));
    let gone = old.exec(db).await?.rows_affected;
    head::Entity::update_many()
        .col_expr(head::Column::FirstSeq, Expr::value(until + 1))
        .col_expr(head::Column::FirstLink, Expr::value(last.link.clone()))
        .filter(head::Column::Id.eq(head::ID))
        .exec(db)
        .await?;
    let told = json!({
        "first_seq": [end.first_seq, until + 1],
        "first_link": [end.first_link, last.link],
    });
    db.recorder().tell_of_trail(EXPIRED, TRAIL_TABLE, "", told);
    Ok((gone, until + 1))
}

/// Erases the details of entries of one category.
async fn expire<C: Recorded>(db: &C, first: i64, category: &str, until: i64) -> Result<u64> {
    let from = expired_until(db, category).await?.max(first - 1);
    let over = entry::Entity::find().filter(entry::Column::Category.eq(category));
    let over = over.filter(entry::Column::Seq.gt(from)).filter(entry::Column::Seq.lte(until));
    let over = over.order_by_asc(entry::Column::Seq).limit(MANY).all(db).await?;
    let is_all = (over.len() as u64) < MANY;
    let (Some(last), many) = (over.last().map(|entry| entry.seq), over.len()) else { return Ok(0) };
    for entry in over {
        erase(db, entry, [true; 3]).await?;
    }
    let until = if is_all { until } else { last };
    db.recorder().tell_of_trail(EXPIRED, TRAIL_TABLE, category, json!({ "seq": [from, until] }));
    Ok(many as u64)
}

/// Up to which number the details of a category are erased.
async fn expired_until<C: Recorded>(db: &C, category: &str) -> Result<i64> {
    let last = entry::Entity::find()
        .filter(entry::Column::Entity.eq(TRAIL_TABLE))
        .filter(entry::Column::RowId.eq(category))
        .filter(entry::Column::Category.eq(TRAIL))
        .order_by_desc(entry::Column::Seq);
    let Some(last) = last.one(db).await? else { return Ok(0) };
    let told: Json = serde_json::from_str(&last.changes).unwrap_or_default();
    Ok(told["seq"][1].as_i64().unwrap_or(0))
}

/// Erases parts of one entry; those that were written without a seal stay as they are.
pub(super) async fn erase<C: Recorded>(
    db: &C,
    mut entry: entry::Model,
    parts: [bool; 3],
) -> Result<bool> {
    if !seal::erase(&mut entry, parts) {
        return Ok(false);
    }
    let set = [
        (entry::Column::Title, entry.title),
        (entry::Column::Address, entry.address),
        (entry::Column::Changes, entry.changes),
        (entry::Column::Seal, entry.seal),
    ];
    let mut update = entry::Entity::update_many().filter(entry::Column::Seq.eq(entry.seq));
    for (column, value) in set {
        update = update.col_expr(column, Expr::value(value));
    }
    update.exec(db).await?;
    Ok(true)
}
