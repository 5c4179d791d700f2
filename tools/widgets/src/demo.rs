//! Widgets for workspaces that are there to be looked at or measured.

use platform::{Demo, Result, TenantDb};

use crate::widget::{Draft, create};

/// A few, or as many as are asked for.
pub(crate) async fn fill(db: TenantDb, demo: Demo) -> Result<()> {
    for number in 1..=demo.rows.unwrap_or(3) {
        let name = format!("{} widget {number:04}", demo.slug);
        let draft = Draft { name, notes: "Made for the demo.".to_owned() };
        let _ = create(&db, draft).await?;
    }
    Ok(())
}
