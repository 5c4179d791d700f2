//! Projects to test with.

mod samples;

use platform::{Error, Result, TenantDb};
use sea_orm::QueryOrder;

use crate::project::{self, Draft, Model};

pub use crate::demo::many;
pub use samples::{WORDS, samples};

/// A project of this name; with other fields as `Draft { due, ..named("Falcon") }`.
pub fn named(name: &str) -> Draft {
    Draft { name: name.to_owned(), ..Draft::default() }
}

/// The draft as a row.
pub async fn make(db: &TenantDb, draft: Draft) -> Result<Model> {
    let made = project::create(db, draft).await?;
    made.map_err(|why| Error::Conflict(format!("no project: {why:?}")))
}

/// The names of all, in the order of the alphabet.
pub async fn names(db: &TenantDb) -> Result<Vec<String>> {
    let rows = db.find::<project::Entity>().order_by_asc(project::Column::Name).all(db).await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}
