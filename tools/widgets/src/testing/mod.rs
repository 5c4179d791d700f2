//! Widgets to test with.

mod samples;

use platform::{Error, Result, TenantDb};

use crate::widget::{self, Draft, Model};

pub use samples::{WORDS, samples};

/// A widget of this name; with other fields as `Draft { notes, ..named("Falcon") }`.
pub fn named(name: &str) -> Draft {
    Draft { name: name.to_owned(), ..Draft::default() }
}

/// The draft as a row.
pub async fn make(db: &TenantDb, draft: Draft) -> Result<Model> {
    let made = widget::create(db, draft).await?;
    made.map_err(|_| Error::Conflict("a widget of this name is there already".to_owned()))
}
