//! People, as everybody looks them up.

use core_base::{Result, UserId};
use core_db::CatalogDb;
use sea_orm::{ColumnTrait, QueryFilter};

use crate::entity::user;

/// The person with this address, in its normal form.
pub async fn user_by_email(catalog: &CatalogDb, email: &str) -> Result<Option<user::Model>> {
    let query = catalog.find::<user::Entity>().filter(user::Column::Email.eq(email));
    Ok(query.one(catalog).await?)
}

/// The person with this id.
pub async fn user_by_id(catalog: &CatalogDb, user: UserId) -> Result<Option<user::Model>> {
    let query = catalog.find::<user::Entity>().filter(user::Column::Id.eq(user));
    Ok(query.one(catalog).await?)
}
