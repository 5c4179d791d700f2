//! Widgets to test with.

mod samples;

use platform::{Result, TenantDb};

use crate::{demo, widget::Model};

pub use samples::{WORDS, samples};

/// A widget of this name.
pub async fn make(db: &TenantDb, name: &str) -> Result<Model> {
    Ok(db.insert(demo::row(name)).await?)
}
