//! Widgets for workspaces that are there to be looked at or measured.

use platform::{Demo, Result, TenantDb, clock};
use sea_orm::ActiveValue::Set;

use crate::widget::{ActiveModel, WidgetId};

/// A few, or as many as are asked for.
pub(crate) async fn fill(db: TenantDb, demo: Demo) -> Result<()> {
    let row = |number| row(&format!("{} widget {number:04}", demo.slug));
    Ok(db.insert_many((1..=demo.rows.unwrap_or(3)).map(row).collect()).await?)
}

/// A widget that nobody has changed yet.
pub(crate) fn row(name: &str) -> ActiveModel {
    let now = clock::now();
    ActiveModel {
        id: Set(WidgetId::new()),
        name: Set(name.to_owned()),
        notes: Set("Made for the demo.".to_owned()),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
    }
}
