//! The noun: an account at another site that somebody signs in with. Who they are there is issuer and subject; an
//! address proves nothing here.

mod entity;

use chrono::{DateTime, Utc};
use platform::{
    Later, Result, UserId, Verdict,
    catalog::{CatalogDb, CatalogTx, violates},
    clock,
    oauth::Identity,
    people::{NewSession, Session, Token},
    process::Services,
};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QueryOrder, sea_query::Expr};
use uuid::Uuid;

pub use entity::{Entity, Model};

use crate::{jobs::TellConnection, passkey, security_log::What, user};
use entity::{ActiveModel, Column};

/// So many for one person: there is no use for more.
const MOST: usize = 20;

/// Why one could not be connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It lets somebody else in.
    Taken,
    /// There are enough.
    TooMany,
}

/// A person's, the oldest first.
pub async fn of_user(catalog: &CatalogDb, user: UserId) -> Result<Vec<Model>> {
    let query = catalog.find::<Entity>().filter(Column::UserId.eq(user));
    Ok(query.order_by_asc(Column::CreatedAt).all(catalog).await?)
}

/// Whose account at another site it is.
pub async fn find(catalog: &CatalogDb, identity: &Identity) -> Result<Option<Model>> {
    let query = catalog.find::<Entity>().filter(Column::Issuer.eq(&identity.issuer));
    Ok(query.filter(Column::Subject.eq(&identity.subject)).one(catalog).await?)
}

/// It was used to log in: when, and what it is called there by now.
pub async fn note_use(catalog: &CatalogDb, id: Uuid, identity: &Identity) -> Result<()> {
    let used = catalog.update_many::<Entity>().filter(Column::Id.eq(id));
    let used = used.col_expr(Column::UsedAt, Expr::value(Some(clock::now())));
    used.col_expr(Column::Account, Expr::value(account(identity))).exec(catalog).await?;
    Ok(())
}

/// Adds the row itself. `false`: it is somebody's already.
pub async fn insert(
    tx: &CatalogTx,
    user: UserId,
    provider: &str,
    identity: &Identity,
) -> Result<bool> {
    let row = ActiveModel::from(Model {
        id: Uuid::now_v7(),
        user_id: user,
        provider: provider.to_owned(),
        issuer: identity.issuer.clone(),
        subject: identity.subject.clone(),
        account: account(identity),
        used_at: Some(clock::now()),
        created_at: clock::now(),
    });
    match tx.insert(row).await {
        Ok(_) => Ok(true),
        Err(error) if violates(&error, "connections_issuer_subject_key") => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Connects an account to the person of this session, who has proven a short while ago who they are. Every session
/// ends but the one that is given back.
pub async fn connect(
    core: &Services,
    session: &Session,
    browser: NewSession,
    (provider, label): (&str, &str),
    identity: &Identity,
) -> Verdict<Option<Token>, Refusal> {
    let catalog = core.store.catalog();
    if let Some(known) = find(catalog, identity).await? {
        // Twice is once.
        return Ok(if known.user_id == session.user { Ok(None) } else { Err(Refusal::Taken) });
    }
    if of_user(catalog, session.user).await?.len() >= MOST {
        return Ok(Err(Refusal::TooMany));
    }
    let tx = catalog.begin().await?;
    if !insert(&tx, session.user, provider, identity).await? {
        return Ok(Err(Refusal::Taken));
    }
    tell(&tx, session, label, true).await?;
    let did = (What::Connected, label);
    Ok(Ok(Some(user::commit_new_way_in(core, tx, browser, did).await?)))
}

/// What became of taking one away.
pub enum Gone {
    /// The session that goes on.
    Done(Token),
    /// There is no such connection of theirs.
    Unknown,
    /// Nothing would be left to log in with.
    LastWayIn,
}

/// Takes away what was connected since then.
pub(crate) async fn remove_since(tx: &CatalogTx, user: UserId, since: DateTime<Utc>) -> Result<()> {
    let new = tx.delete_many::<Entity>().filter(Column::UserId.eq(user));
    new.filter(Column::CreatedAt.gte(since)).exec(tx).await?;
    Ok(())
}

/// Can they log in with one?
pub(crate) async fn has_any(tx: &CatalogTx, user: UserId) -> Result<bool> {
    let query = tx.find::<Entity>().filter(Column::UserId.eq(user));
    Ok(query.count(tx).await? > 0)
}

/// Takes a connected account away, unless it is all that somebody has to log in with.
pub async fn disconnect(
    core: &Services,
    session: &Session,
    browser: NewSession,
    id: Uuid,
    label: &str,
) -> Result<Gone> {
    let tx = core.store.catalog().begin().await?;
    // Of two at once, in two windows, the second waits here and sees what the first has left.
    user::lock(&tx, session.user).await?;
    let query = tx.find::<Entity>().filter(Column::UserId.eq(session.user));
    let all = query.all(&tx).await?;
    if !all.iter().any(|one| one.id == id) {
        return Ok(Gone::Unknown);
    }
    let is_last = all.len() == 1 && !user::has_password(&tx, session.user).await?;
    if is_last && !passkey::has_any(&tx, session.user).await? {
        return Ok(Gone::LastWayIn);
    }
    tx.delete_many::<Entity>().filter(Column::Id.eq(id)).exec(&tx).await?;
    tell(&tx, session, label, false).await?;
    let did = (What::Disconnected, label);
    Ok(Gone::Done(user::commit_new_way_in(core, tx, browser, did).await?))
}

async fn tell(tx: &CatalogTx, session: &Session, label: &str, is_on: bool) -> Result<()> {
    let (name, email) = (session.name.clone(), session.email.clone());
    TellConnection { name, email, label: label.to_owned(), is_on }.later(tx).await?;
    Ok(())
}

/// What a list shows of it.
fn account(identity: &Identity) -> String {
    let shown = identity.email.as_deref().unwrap_or(&identity.name);
    platform::text::one_line(shown).trim().chars().take(254).collect()
}
