//! The noun: a person's identity in the catalogue.

mod password;

use platform::{
    Result, UserId, clock,
    spine::{CatalogDb, entity::user, normalise_email, violates},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, QueryFilter};

pub use password::{hash, verify};

/// Why a person could not be created, in words for the one who tries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The address can't be one.
    Email,
    /// Somebody has it already.
    Taken,
    /// Too short or too long.
    Password,
}

impl Refusal {
    /// What to do about it.
    pub fn text(&self) -> &'static str {
        match self {
            Self::Email => "This is not an e-mail address.",
            Self::Taken => "A person with this e-mail address exists already.",
            Self::Password => "A password has 15 to 200 characters.",
        }
    }
}

/// A new person. The inner error is something the caller can mend.
pub async fn create(
    catalog: &CatalogDb,
    email: &str,
    name: &str,
    password: &str,
) -> Result<Result<UserId, Refusal>> {
    let Some(email) = normalise_email(email) else { return Ok(Err(Refusal::Email)) };
    if !(15..=200).contains(&password.chars().count()) {
        return Ok(Err(Refusal::Password));
    }
    let hash = hash(password.to_owned()).await?;
    match insert(catalog, &email, name.trim(), &hash).await {
        Ok(user) => Ok(Ok(UserId(user.id))),
        Err(error) if violates(&error, "users_email_key") => Ok(Err(Refusal::Taken)),
        Err(error) => Err(error.into()),
    }
}

/// The row itself, with a hash that is known already; for seeds and imports.
pub async fn insert(
    catalog: &CatalogDb,
    email: &str,
    name: &str,
    hash: &str,
) -> Result<user::Model, DbErr> {
    let row = user::ActiveModel {
        id: Set(UserId::new().0),
        email: Set(email.to_owned()),
        name: Set(name.to_owned()),
        password_hash: Set(hash.to_owned()),
        created_at: Set(clock::now()),
    };
    catalog.insert(row).await
}

/// The person with this address.
pub async fn by_email(catalog: &CatalogDb, email: &str) -> Result<Option<user::Model>> {
    let query = catalog.find::<user::Entity>().filter(user::Column::Email.eq(email));
    Ok(query.one(catalog).await?)
}

/// The person whom address and password belong to. Takes as long for an unknown address.
pub async fn authenticate(
    catalog: &CatalogDb,
    email: &str,
    password: &str,
) -> Result<Option<user::Model>> {
    let user = by_email(catalog, email).await?;
    let known =
        user.as_ref().map(|user| user.password_hash.clone()).filter(|hash| !hash.is_empty());
    let good = verify(password.to_owned(), known).await?;
    Ok(user.filter(|_| good))
}
