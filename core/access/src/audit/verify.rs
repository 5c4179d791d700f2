//! Following the chain of a workspace's audit trail from its beginning to its end.

use anyhow::Context;
use core_base::Result;
use core_db::{Broken, TenantDb, Verified, Vouchers, audit_day, audit_entry, audit_head, verify};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Entries that are read at once.
const MANY: u64 = 5_000;

/// The end of the chain, or the first entry that does not fit. `db` must see one moment. `days`: ends of
/// days that were written down elsewhere, beside those of the workspace itself.
pub async fn verify_all(
    db: &TenantDb,
    days: &[audit_day::Model],
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
    let mut days: Vec<_> = days.to_vec();
    days.extend(audit_day::Entity::find().all(db).await?);
    days.sort_by_key(|day| day.seq);
    let mut days = days.into_iter().filter(|day| day.seq >= head.first_seq).peekable();
    loop {
        let entries = audit_entry::Entity::find().filter(Seq.gt(end.seq)).order_by_asc(Seq);
        let entries = entries.limit(MANY).all(db).await?;
        let is_last = (entries.len() as u64) < MANY;
        let before = end.seq;
        end = match verify(end, &vouchers, &entries) {
            Ok(end) => end,
            Err(found) => return Ok(Err(found)),
        };
        while let Some(day) = days.next_if(|day| day.seq <= end.seq) {
            let there = entries.get((day.seq - before - 1) as usize);
            if there.is_none_or(|entry| entry.link != day.link) {
                return broken(
                    day.seq,
                    "it differs from what was written down at the end of its day",
                );
            }
        }
        if is_last {
            break;
        }
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
