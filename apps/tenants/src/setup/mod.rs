//! The noun: how far a new workspace is set up, and whether its checklist is still wanted.

mod entity;

use platform::{Audit, OnUnique, Result, TenantDb, TenantEntity, clock, ui::SetupStep};
use sea_orm::{ActiveValue::Set, prelude::Uuid};

pub use entity::{ActiveModel, Entity, Mark};

impl TenantEntity for Entity {
    fn audit() -> Audit<Self> {
        Audit::none()
    }
}

/// Everything that was said so far.
pub async fn marks(db: &TenantDb) -> Result<Vec<Mark>> {
    Ok(db.find::<Entity>().all(db).await?.into_iter().map(|row| row.name).collect())
}

/// Says it, unless it was said before.
pub async fn mark(db: &TenantDb, mark: Mark) -> Result<()> {
    if marks(db).await?.contains(&mark) {
        return Ok(());
    }
    let row =
        ActiveModel { id: Set(Uuid::now_v7()), name: Set(mark), created_at: Set(clock::now()) };
    // Whoever said it a moment before us said the same.
    let said = db.insert(row).on_unique(db, "setup_marks_name_key", || ()).await?;
    said.map_or(Ok(()), |_| Ok(()))
}

/// The steps that every workspace has, before those of the apps.
pub fn own_steps(zone: &str, marks: &[Mark]) -> [SetupStep; 2] {
    [
        SetupStep { title: "Create your workspace", help: "", button: "", path: "", done: true },
        SetupStep {
            title: "Check the name and time zone",
            help: "Dates are shown in your workspace’s time zone.",
            button: "Open settings",
            path: "/settings/general",
            done: zone != "UTC" || marks.contains(&Mark::Described),
        },
    ]
}
