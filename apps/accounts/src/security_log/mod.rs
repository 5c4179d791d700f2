//! The security log: each way in and each change of how somebody gets in, written with it and shown to them.

mod entity;

use chrono::TimeDelta;
use platform::{
    Result, UserId,
    catalog::{CatalogDb, CatalogTx},
    clock,
    people::NewSession,
    request::Client,
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use entity::{ActiveModel, Column};
pub use entity::{Entity, Model, What};

/// How long it is kept.
const KEPT: TimeDelta = TimeDelta::days(365);
/// So much is kept of what a browser says of itself, and of names.
const LONGEST: usize = 254;

/// Who did it, as far as can be told.
#[derive(Clone, Debug, Default)]
pub struct Place {
    pub(crate) user_agent: String,
    pub(crate) address: String,
}

impl Place {
    /// A browser's.
    pub(crate) fn of(client: Client, user_agent: &str) -> Self {
        Self { user_agent: user_agent.to_owned(), address: client.address.to_string() }
    }

    /// No browser: an operator at the command line.
    pub(crate) fn operator() -> Self {
        Self::default()
    }
}

impl From<&NewSession> for Place {
    fn from(new: &NewSession) -> Self {
        Self { user_agent: new.user_agent.clone(), address: new.address.clone() }
    }
}

/// Writes down what happens in this transaction.
pub(crate) async fn note(
    tx: &CatalogTx,
    user: UserId,
    (what, detail): (What, &str),
    place: &Place,
) -> Result<()> {
    let short = |text: &str| text.chars().take(LONGEST).collect();
    let row = ActiveModel::from(Model {
        id: Uuid::now_v7(),
        user_id: user,
        what,
        detail: short(detail),
        user_agent: short(&place.user_agent),
        address: place.address.clone(),
        at: clock::now(),
    });
    tx.insert(row).await?;
    Ok(())
}

/// The newest of somebody's, or those before one that is known; `limit` of them and one more, if there is one.
pub(crate) async fn newest(
    catalog: &CatalogDb,
    user: UserId,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Model>> {
    let mut query = catalog.find::<Entity>().filter(Column::UserId.eq(user));
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before));
    }
    Ok(query.order_by_desc(Column::Id).limit(limit + 1).all(catalog).await?)
}

/// Forgets what is past its time.
pub(crate) async fn prune(catalog: &CatalogDb) -> Result<()> {
    let old = catalog.delete_many::<Entity>().filter(Column::At.lt(clock::now() - KEPT));
    old.exec(catalog).await?;
    Ok(())
}
