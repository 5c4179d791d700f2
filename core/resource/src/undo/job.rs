//! The job of undoing much: it takes some entries back, in its own transaction, and leaves the rest to the next.

use std::sync::Arc;

use core_access::find_member;
use core_base::{Result, UserId};
use core_db::TenantDb;
use core_jobs::{Job, Later};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QuerySelect};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{PIECE, operation::Entity};
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
    let known = Entity::find_by_id(job.operation).lock_exclusive().one(&db).await?;
    let Some(mut operation) = known.filter(|one| one.is_being_undone()) else { return Ok(()) };
    // Asked again for each piece: whoever may no longer change rows changes no more. Somebody else may go on.
    let worked = all.iter().find(|one| one.place == job.place && one.place == operation.place);
    let may = worked.zip(find_member(&db, job.user).await?);
    let Some((worked, member)) = may.filter(|(worked, member)| member.may(&worked.needs)) else {
        operation.undone_from = None;
        operation.into_active_model().reset_all().update(&db).await?;
        return Ok(());
    };
    let of = worked.resource.for_member(&member);
    if !of.undo(&worked.resource, &db, &mut operation, PIECE).await? {
        job.later(&db).await?;
    }
    Ok(())
}
