//! Projects to test with.

use platform::{Result, TenantDb, clock};
use sea_orm::QueryOrder;

use crate::{
    demo,
    project::{self, Draft, Model},
};

pub use crate::demo::many;

/// A project of this name; with other fields as `Draft { due, ..named("Falcon") }`.
pub fn named(name: &str) -> Draft {
    Draft { name: name.to_owned(), ..Draft::default() }
}

/// The draft as a row.
pub async fn make(db: &TenantDb, draft: Draft) -> Result<Model> {
    Ok(db.insert(demo::row(draft, clock::now())).await?)
}

/// The names of all, in the order of the alphabet.
pub async fn names(db: &TenantDb) -> Result<Vec<String>> {
    let rows = db.find::<project::Entity>().order_by_asc(project::Column::Name).all(db).await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}
