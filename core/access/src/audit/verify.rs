//! Following the chain of an audit trail, a workspace's or the catalogue's, from its beginning to its end.

use std::sync::Arc;

use anyhow::Context;
use core_base::Result;
use core_db::{Broken, Recorded, Verified, Vouchers, audit_day, audit_entry, audit_head, verify};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Entries that are read at once.
const MANY: u64 = 5_000;

/// What is known of a chain besides itself.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Ends of days that were written down elsewhere, beside those of the workspace itself.
    pub heads: Vec<audit_day::Model>,
    /// Entries of this day and later ones must be there still: `2027-05-31`. Empty: nobody says so.
    pub kept_since: String,
}

/// The end of the chain, or the first entry that does not fit. `db` must see one moment.
pub async fn verify_all<C: Recorded>(
    db: &C,
    known: &Known,
) -> Result<std::result::Result<Verified, Broken>> {
    use audit_entry::Column::{Category, Seq};
    let broken = |seq, why| Ok(Err(Broken { seq, why }));
    let head = audit_head::Entity::find().one(db).await?.context("the audit trail has no end")?;
    let about_trail = audit_entry::Entity::find().filter(Category.eq("trail"));
    let vouchers = Vouchers::of(&about_trail.order_by_asc(Seq).all(db).await?);
    let mut end = Verified::beginning(&vouchers);
    if (end.seq + 1, &end.link) != (head.first_seq, &head.first_link) {
        return broken(head.first_seq, "the log begins here, and no entry says by what right");
    }
    // Whatever stands before the first entry, no chain leads to it.
    if let Some(entry) = audit_entry::Entity::find().filter(Seq.lte(end.seq)).one(db).await? {
        return broken(entry.seq, "it was altered, moved or added");
    }
    let mut days = known.heads.clone();
    days.extend(audit_day::Entity::find().all(db).await?);
    days.sort_by_key(|day| day.seq);
    let gone = |day: &&audit_day::Model| day.seq < head.first_seq;
    let too_young =
        |day: &&audit_day::Model| !known.kept_since.is_empty() && day.day >= known.kept_since;
    if let Some(day) = known.heads.iter().filter(gone).find(too_young) {
        return broken(day.seq, "it was removed before its time");
    }
    let last_gone = |day: &&audit_day::Model| day.seq == head.first_seq - 1;
    if days.iter().filter(last_gone).any(|day| day.link != head.first_link) {
        return broken(head.first_seq, "what stood before it was not what was removed");
    }
    let mut days = days.into_iter().filter(|day| day.seq >= head.first_seq).peekable();
    let vouchers = Arc::new(vouchers);
    let mut entries = behind(db, end.seq).await?;
    while let Some(last) = entries.last().map(|entry| entry.seq) {
        // The next ones are read while these are hashed.
        let (from, vouched, before) = (end, vouchers.clone(), entries[0].seq);
        let hashing = tokio::task::spawn_blocking(move || {
            let found = verify(from, &vouched, &entries);
            (found, entries)
        });
        let (hashed, next) = tokio::join!(hashing, behind(db, last));
        let (found, these) = hashed.context("following the chain")?;
        end = match found {
            Ok(end) => end,
            Err(found) => return Ok(Err(found)),
        };
        while let Some(day) = days.next_if(|day| day.seq <= end.seq) {
            let there = these.get((day.seq - before) as usize);
            if there.is_none_or(|entry| entry.link != day.link) {
                return broken(
                    day.seq,
                    "it differs from what was written down at the end of its day",
                );
            }
        }
        entries = next?;
    }
    let further = days.next().map_or(head.seq, |day| day.seq.max(head.seq));
    match end.seq < further {
        true => broken(end.seq + 1, "it is missing"),
        false if end.seq > head.seq || end.link != head.link => {
            broken(end.seq, "it was altered, moved or added")
        }
        false => Ok(Ok(end)),
    }
}

/// Where the chain stood at the end of each day that was written down, oldest first.
pub async fn days<C: Recorded>(db: &C) -> Result<Vec<audit_day::Model>> {
    Ok(audit_day::Entity::find().order_by_asc(audit_day::Column::Day).all(db).await?)
}

/// The next entries behind the one with this number, oldest first, 5,000 at most.
pub async fn behind<C: Recorded>(db: &C, seq: i64) -> Result<Vec<audit_entry::Model>> {
    let entries = audit_entry::Entity::find().filter(audit_entry::Column::Seq.gt(seq));
    Ok(entries.order_by_asc(audit_entry::Column::Seq).limit(MANY).all(db).await?)
}
