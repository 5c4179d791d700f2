//! The job of importing: it sees to one piece, in its own transaction, and leaves the next.

use std::sync::Arc;

use core_access::find_member;
use core_base::{Result, UserId, clock};
use core_db::{Savepoints, TenantDb};
use core_jobs::{Job, Later};
use core_ui::{Calendar, Locale};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    State, one, piece, put,
    row::{Importer, Outcome},
};
use crate::{
    jobs::Worked,
    undo::{Done, Kind},
};

/// Sees to a piece of an import.
#[derive(Clone, Serialize, Deserialize)]
pub struct Import {
    pub(crate) id: Uuid,
    pub(crate) place: String,
    pub(crate) user: UserId,
    /// Which piece.
    pub(crate) piece: i32,
}

impl Job for Import {
    const NAME: &'static str = "resources.import";
}

/// Sees to one piece. A job that comes late finds another piece awaited, and does nothing.
pub(crate) async fn import(all: Arc<Vec<Worked>>, job: Import, db: TenantDb) -> Result<()> {
    let Some(mut import) = one(&db, job.id, &job.place, true).await? else {
        return Ok(());
    };
    let is_tried = import.state == State::Checking;
    if !(is_tried || import.state == State::Running) || import.piece != job.piece {
        return Ok(());
    }
    // Asked again for each piece: whoever may no longer change rows changes no more.
    let worked = all.iter().find(|one| one.place == job.place);
    let member = find_member(&db, job.user).await?;
    let may = worked.zip(member).filter(|(worked, member)| member.may(&worked.needs));
    let Some((worked, member)) = may else {
        import.state = State::Stopped;
        return put(&db, import).await;
    };
    let Some(mut rows) = piece(&db, import.id, import.piece).await? else {
        import.state = if is_tried { State::Checked } else { State::Done };
        return put(&db, import).await;
    };
    let of = worked.resource.for_member(&member);
    let calendar = Calendar::new(clock::now(), &import.zone, Locale::default());
    let savepoint = if is_tried { Some(db.savepoint().await?) } else { None };
    let (mut failures, mut written) = (vec![], 0);
    let mut importer = Importer::new(&of, &db, &import, calendar);
    for (at, cells) in rows.rows().iter().enumerate() {
        match importer.row(cells).await? {
            Outcome::Made => (import.made, written) = (import.made + 1, written + 1),
            Outcome::Changed => (import.changed, written) = (import.changed + 1, written + 1),
            Outcome::Same => import.same += 1,
            Outcome::Failed(why) => {
                import.failed += 1;
                failures.push((at, why));
            }
        }
    }
    drop(importer);
    match savepoint {
        Some(savepoint) => db.rollback_to(&savepoint).await?,
        None if written > 0 => {
            let words = format!("Imported {}", of.plural);
            let done = Done { place: &job.place, kind: Kind::Import, words, count: written };
            import.operation = of.note_more(&db, import.operation, done).await?;
        }
        None => {}
    }
    rows.failures = serde_json::to_string(&failures)?;
    rows.into_active_model().reset_all().update(&db).await?;
    import.piece += 1;
    let next = Import { piece: import.piece, ..job };
    put(&db, import).await?;
    next.later(&db).await?;
    Ok(())
}
