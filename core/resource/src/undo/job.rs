//! The job of undoing much: it takes some entries back, in its own transaction, and leaves the rest to the next.

use std::sync::Arc;

use core_access::find_member;
use core_base::{Result, UserId};
use core_db::TenantDb;
use core_jobs::{Job, Later};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PIECE;
use crate::jobs::Worked;

/// Takes some of an operation back.
#[derive(Clone, Serialize, Deserialize)]
pub struct Undo {
    pub(crate) operation: Uuid,
    pub(crate) place: String,
    pub(crate) user: UserId,
}

impl Job for Undo {
    const NAME: &'static str = "resources.undo";
}

pub(crate) async fn undo(all: Arc<Vec<Worked>>, job: Undo, db: TenantDb) -> Result<()> {
    // Asked again for each piece: whoever may no longer change rows changes no more.
    let Some(worked) = all.iter().find(|one| one.place == job.place) else { return Ok(()) };
    let member = find_member(&db, job.user).await?.filter(|member| member.may(&worked.needs));
    let Some(member) = member else { return Ok(()) };
    let of = worked.resource.for_member(&member);
    let Some(mut operation) = of.operation(&db, job.operation, true).await? else { return Ok(()) };
    if operation.undone_at.is_none()
        && !of.undo(&worked.resource, &db, &mut operation, PIECE).await?
    {
        job.later(&db).await?;
    }
    Ok(())
}
