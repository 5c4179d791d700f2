//! The noun: a person's identity in the catalogue.

mod change;
mod email;
mod known_browser;
mod log_in;
mod password;
mod profile;
pub mod rules;
mod stamp;
pub(crate) mod undone;
mod way_in;

use platform::{
    Result, UserId, Verdict, announce_in_catalog,
    catalog::{CatalogDb, violates},
    clock,
    contracts::SignedUp,
    oauth::Identity,
    people::{
        entity::{email_link::Purpose, user},
        normalise_email, use_link,
    },
    text,
    ui::{Locale, Theme},
};
use sea_orm::{ActiveValue::Set, DbErr};

pub(crate) use change::set_password;
pub use change::{Change, change_password};
pub(crate) use email::{
    CHANGE, EmailChange, EmailUndo, Stays, UNDO, Undone, change_email, lock_out, undo_email,
};
pub use known_browser::KnownBrowser;
pub use log_in::{Attempt, LogIn, forgive, log_in};
pub use password::{hash, is_of as is_password};
pub use profile::{Profile, save_profile, save_theme};
pub use stamp::stamp;
pub(crate) use way_in::{commit_new_way_in, end_everywhere};
pub use way_in::{has_password, lock};

use crate::connection;

/// Why a person could not be created, in words for the one who tries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The address can't be one.
    Email,
    /// Somebody has it already.
    Taken,
    /// Nothing that can be seen, or too long.
    Name,
    /// Too short, too long or too easy.
    Password,
}

impl Refusal {
    /// What to do about it.
    pub fn text(&self) -> &'static str {
        match self {
            Self::Email => "This is not a valid email address.",
            Self::Taken => "Someone already has an account with this email address.",
            Self::Name => "Use a name of 1 to 80 characters that can be seen.",
            Self::Password => "Use a password of 15 to 200 characters that is not easy to guess.",
        }
    }
}

/// A new person. The inner error is something the caller can mend.
pub async fn create(
    catalog: &CatalogDb,
    email: &str,
    name: &str,
    password: &str,
) -> Verdict<UserId, Refusal> {
    let Some(email) = normalise_email(email) else { return Ok(Err(Refusal::Email)) };
    if rules::name_problem(name).is_some() {
        return Ok(Err(Refusal::Name));
    }
    if rules::problem(password, &[name, &email]).is_some() {
        return Ok(Err(Refusal::Password));
    }
    let hash = hash(password.to_owned()).await?;
    match insert(catalog, &email, name, &hash).await {
        Ok(user) => Ok(Ok(user.id)),
        Err(error) if violates(&error, "users_email_key") => Ok(Err(Refusal::Taken)),
        Err(error) => Err(error.into()),
    }
}

/// An address that a mailed link proves. The link is used up with what it allows.
pub struct Proven<'a> {
    /// What the link is for.
    pub purpose: Purpose,
    /// The token in it.
    pub token: &'a str,
    /// The address it was sent to.
    pub email: &'a str,
}

/// A new person with a proven address; `None` where the link was used meanwhile, or the address has
/// an account by now.
pub async fn create_proven(
    catalog: &CatalogDb,
    proven: Proven<'_>,
    name: &str,
    password: &str,
) -> Result<Option<UserId>> {
    let hash = hash(password.to_owned()).await?;
    let tx = catalog.begin().await?;
    if !use_link(&tx, proven.purpose, proven.token).await? {
        return Ok(None);
    }
    match tx.insert(row(proven.email, name, &hash)).await {
        Ok(user) => {
            announce_in_catalog(&tx, &SignedUp { user: user.id }).await?;
            tx.commit().await?;
            Ok(Some(user.id))
        }
        Err(error) if violates(&error, "users_email_key") => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A new person who logs in with an account at another site and has no password: the provider has seen that the
/// address is theirs, or the link does. `None`: somebody has the address or the account by now, or the link was used.
pub async fn create_connected(
    catalog: &CatalogDb,
    email: &str,
    name: &str,
    (provider, identity): (&str, &Identity),
    link: Option<(Purpose, &str)>,
) -> Result<Option<UserId>> {
    let tx = catalog.begin().await?;
    if let Some((purpose, token)) = link
        && !use_link(&tx, purpose, token).await?
    {
        return Ok(None);
    }
    let user = match tx.insert(row(email, name, "")).await {
        Ok(user) => user.id,
        Err(error) if violates(&error, "users_email_key") => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if !connection::insert(&tx, user, provider, identity).await? {
        return Ok(None);
    }
    announce_in_catalog(&tx, &SignedUp { user }).await?;
    tx.commit().await?;
    Ok(Some(user))
}

/// The row itself, with a hash that is known already; for seeds and imports.
pub async fn insert(
    catalog: &CatalogDb,
    email: &str,
    name: &str,
    hash: &str,
) -> Result<user::Model, DbErr> {
    catalog.insert(row(email, name, hash)).await
}

fn row(email: &str, name: &str, hash: &str) -> user::ActiveModel {
    user::ActiveModel {
        id: Set(UserId::new()),
        email: Set(email.to_owned()),
        name: Set(text::one_line(name).trim().to_owned()),
        locale: Set(Locale::default().tag().to_owned()),
        zone: Set(String::new()),
        theme: Set(Theme::default().name().to_owned()),
        password_hash: Set(hash.to_owned()),
        created_at: Set(clock::now()),
    }
}
