//! Another password: behind a mailed link, or for whoever knows the old one.

use platform::{
    Later, Result,
    catalog::CatalogTx,
    clock,
    people::{
        NewSession, Sessions, Token, end_links,
        entity::{
            email_link::Purpose,
            user::{Column, Entity, Model},
        },
        use_link,
    },
    process::Services,
};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};

use super::{Proven, end_everywhere, hash, password::is_of};
use crate::{
    jobs::TellPasswordChanged,
    security_log::{Place, What, note},
};

/// Gives the person with a proven address another password. `false`: the link was used meanwhile.
pub(crate) async fn set_password(
    core: &Services,
    proven: Proven<'_>,
    password: &str,
    place: Place,
) -> Result<bool> {
    let hash = hash(password.to_owned()).await?;
    let tx = core.store.catalog().begin().await?;
    if !use_link(&tx, proven.purpose, proven.token).await? {
        return Ok(false);
    }
    let query = tx.find::<Entity>().filter(Column::Email.eq(proven.email));
    let Some(person) = query.one(&tx).await? else { return Ok(false) };
    Ok(replace(core, tx, &person, hash, By::Link(place)).await?.is_some())
}

/// A change of the password by whoever knows the old one.
pub struct Change<'a> {
    /// The password they have.
    pub current: &'a str,
    /// The one they want.
    pub password: &'a str,
    /// The browser they do it in: it gets a session of its own, with a new id.
    pub browser: NewSession,
}

/// Gives a person another password. Every session ends, the one it was done in too, so that a copy of
/// its cookie is worth nothing; the new one is given back. `None`: `current` is not the one they have.
pub async fn change_password(core: &Services, change: Change<'_>) -> Result<Option<Token>> {
    let catalog = core.store.catalog();
    let query = catalog.find::<Entity>().filter(Column::Id.eq(change.browser.user));
    let Some(person) = query.one(catalog).await? else { return Ok(None) };
    if !is_of(catalog, Some(&person), change.current).await? {
        return Ok(None);
    }
    // Once more: a hash of before may have been made anew.
    let query = catalog.find::<Entity>().filter(Column::Id.eq(person.id));
    let Some(person) = query.one(catalog).await? else { return Ok(None) };
    let hash = hash(change.password.to_owned()).await?;
    let tx = catalog.begin().await?;
    let browser = NewSession { proved_at: Some(clock::now()), ..change.browser };
    replace(core, tx, &person, hash, By::Browser(browser)).await.map(|done| done.flatten())
}

/// Who gives somebody another password.
enum By {
    /// Whoever knew the old one, and goes on.
    Browser(NewSession),
    /// Whoever has a mailed link.
    Link(Place),
}

/// The new password, the end of all sessions, the new one and the email about it are one change.
/// `None`: the password became another one meanwhile.
async fn replace(
    core: &Services,
    tx: CatalogTx,
    person: &Model,
    hash: String,
    by: By,
) -> Result<Option<Option<Token>>> {
    let done = tx
        .update_many::<Entity>()
        .filter(Column::Id.eq(person.id))
        .filter(Column::PasswordHash.eq(&person.password_hash))
        .col_expr(Column::PasswordHash, Expr::value(hash))
        .exec(&tx)
        .await?;
    if done.rows_affected == 0 {
        return Ok(None);
    }
    // Whoever read an older email must not undo this.
    end_links(&tx, Purpose::Reset, &person.email).await?;
    let job = TellPasswordChanged { name: person.name.clone(), email: person.email.clone() };
    job.later(&tx).await?;
    let ended = end_everywhere(&core.sessions, &tx, person.id).await?;
    let token = match by {
        By::Browser(browser) => {
            let place = Place::from(&browser);
            note(&tx, person.id, (What::PasswordChanged, ""), &place).await?;
            Some(Sessions::open_within(&tx, browser).await?)
        }
        By::Link(place) => {
            note(&tx, person.id, (What::PasswordReset, ""), &place).await?;
            None
        }
    };
    tx.commit().await?;
    core.sessions.publish(ended);
    Ok(Some(token))
}
