//! Following the chain of a workspace's audit trail from its beginning to its end.

use anyhow::Context;
use core_base::Result;
use core_db::{Broken, TenantDb, Verified, audit_entry, audit_head, verify};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Entries that are read at once.
const MANY: u64 = 5_000;

/// The end of the chain, or the first entry that does not fit. `db` must see one moment.
pub async fn verify_all(db: &TenantDb) -> Result<std::result::Result<Verified, Broken>> {
    use audit_entry::Column::Seq;
    let broken = |seq, why| Ok(Err(Broken { seq, why }));
    let head = audit_head::Entity::find().one(db).await?.context("the audit trail has no end")?;
    // Whatever stands before the first entry, no chain leads to it.
    if let Some(entry) = audit_entry::Entity::find().filter(Seq.lt(1)).one(db).await? {
        return broken(entry.seq, "it was altered, moved or added");
    }
    let mut end = Verified::default();
    loop {
        let entries = audit_entry::Entity::find().filter(Seq.gt(end.seq)).order_by_asc(Seq);
        let entries = entries.limit(MANY).all(db).await?;
        let is_last = (entries.len() as u64) < MANY;
        end = match verify(end, &entries) {
            Ok(end) => end,
            Err(found) => return Ok(Err(found)),
        };
        if is_last {
            break;
        }
    }
    match end.seq < head.seq {
        true => broken(end.seq + 1, "it is missing"),
        false if end.seq > head.seq || end.link != head.link => {
            broken(end.seq, "it was altered, moved or added")
        }
        false => Ok(Ok(end)),
    }
}
