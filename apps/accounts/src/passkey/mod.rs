//! The noun: a key on somebody's device. A passkey logs in alone, a security key as a second step.

mod ceremony;
mod entity;
mod name;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use platform::{
    Later, Result, UserId, Verdict,
    catalog::{CatalogDb, CatalogTx, violates},
    clock,
    people::{NewSession, Session, SessionId, Token, use_once},
    process::Services,
};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QueryOrder, sea_query::Expr};
use uuid::Uuid;
use webauthn_rs::prelude::DiscoverableAuthentication;

pub use entity::{Entity, Kind, Model};
pub(crate) use name::{called, name_problem, rename};

use crate::{connection, jobs::TellKey, sealed::Sealed, second_factor, security_log::What, user};
use ceremony::{Making, Question, Using};
use entity::{ActiveModel, Column};

const LIFE: Duration = Duration::from_mins(10);
const MAKING: Sealed = Sealed { name: "passkey making", age: LIFE };
const ANYBODY: Sealed = Sealed { name: "passkey anybody", age: LIFE };
const USING: Sealed = Sealed { name: "passkey using", age: LIFE };
/// So many for one person.
const MOST: u64 = 20;

/// What a page asks a browser, and the sealed field that comes back with the answer.
pub(crate) struct Asked {
    /// For `navigator.credentials`, as JSON.
    pub(crate) options: String,
    /// What the answer is held against.
    pub(crate) state: String,
}

/// What comes back.
pub(crate) struct Reply {
    pub(crate) state: String,
    /// What the browser answered, as JSON.
    pub(crate) credential: String,
}

/// Why a key was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No answer to what was asked, or too late.
    Answer,
    /// Somebody has it.
    Taken,
    /// There are enough.
    TooMany,
}

/// What became of a change.
pub struct Changed {
    /// The session that goes on in this browser.
    pub token: Token,
    /// New recovery codes, where the key is the first second step.
    pub codes: Vec<String>,
}

/// A person's, the oldest first.
pub async fn of_user(catalog: &CatalogDb, user: UserId) -> Result<Vec<Model>> {
    let query = catalog.find::<Entity>().filter(Column::UserId.eq(user));
    Ok(query.order_by_asc(Column::CreatedAt).all(catalog).await?)
}

/// Does a key ask for itself after the password?
pub(crate) async fn is_second_step(catalog: &CatalogDb, user: UserId) -> Result<bool> {
    let query = catalog.find::<Entity>().filter(Column::UserId.eq(user));
    Ok(query.filter(Column::Kind.eq(Kind::SecurityKey)).count(catalog).await? > 0)
}

/// Those of these people who have a key of any kind.
pub(crate) async fn who_has(
    catalog: &CatalogDb,
    users: impl Iterator<Item = UserId>,
) -> Result<Vec<UserId>> {
    let keys = catalog.find::<Entity>().filter(Column::UserId.is_in(users));
    Ok(keys.all(catalog).await?.into_iter().map(|one| one.user_id).collect())
}

/// Asks this session's person for a new key.
pub(crate) async fn begin(core: &Services, session: &Session, kind: Kind) -> Result<Asked> {
    let known = of_user(core.store.catalog(), session.user).await?;
    let known = known.into_iter().map(|one| one.credential_id).collect();
    let who = (session.user, &*session.email, &*session.name);
    let Question { options, challenge, state } = ceremony::make(core, who, known, kind)?;
    Ok(Asked { options, state: MAKING.seal(core, (session.id, challenge, kind, state))? })
}

/// Adds the key that the browser made, under a name. Every session ends but the one that is given back.
pub(crate) async fn add(
    core: &Services,
    session: &Session,
    browser: NewSession,
    reply: &Reply,
    name: &str,
) -> Verdict<Changed, Refusal> {
    let opened = MAKING.open::<(SessionId, String, Kind, Making)>(core, &reply.state);
    let Some((of, challenge, kind, state)) = opened else { return Ok(Err(Refusal::Answer)) };
    if of != session.id || !is_first(core, &challenge).await? {
        return Ok(Err(Refusal::Answer));
    }
    let Some(made) = ceremony::made(core, &state, &reply.credential)? else {
        return Ok(Err(Refusal::Answer));
    };
    let tx = core.store.catalog().begin().await?;
    user::lock(&tx, session.user).await?;
    let query = tx.find::<Entity>().filter(Column::UserId.eq(session.user));
    if query.count(&tx).await? >= MOST {
        return Ok(Err(Refusal::TooMany));
    }
    let name = called(name, kind);
    let row = ActiveModel::from(Model {
        id: Uuid::now_v7(),
        user_id: session.user,
        credential_id: made.id,
        credential: made.credential,
        kind,
        name: name.clone(),
        used_at: None,
        created_at: clock::now(),
    });
    match tx.insert(row).await {
        Ok(_) => {}
        Err(error) if violates(&error, "passkeys_credential_id_key") => {
            return Ok(Err(Refusal::Taken));
        }
        Err(error) => return Err(error.into()),
    }
    let codes = match kind {
        Kind::Passkey => vec![],
        Kind::SecurityKey => second_factor::first_codes(&tx, session.user).await?,
    };
    tell(&tx, session, &name, true).await?;
    let token = user::commit_new_way_in(core, tx, browser, (What::KeyAdded, &name)).await?;
    Ok(Ok(Changed { token, codes }))
}

/// What became of taking one away.
pub(crate) enum Gone {
    /// The session that goes on, and what the key was called.
    Done(Token, String),
    Unknown,
    /// Nothing would be left to log in with.
    LastWayIn,
}

/// Takes a key away, unless it is all that somebody has to log in with.
pub(crate) async fn remove(
    core: &Services,
    session: &Session,
    browser: NewSession,
    id: Uuid,
) -> Result<Gone> {
    let tx = core.store.catalog().begin().await?;
    user::lock(&tx, session.user).await?;
    let all = tx.find::<Entity>().filter(Column::UserId.eq(session.user)).all(&tx).await?;
    let Some(one) = all.iter().find(|one| one.id == id) else { return Ok(Gone::Unknown) };
    let rest = all.iter().filter(|other| other.id != id && other.kind == Kind::Passkey).count();
    if one.kind == Kind::Passkey
        && rest == 0
        && !user::has_password(&tx, session.user).await?
        && !connection::has_any(&tx, session.user).await?
    {
        return Ok(Gone::LastWayIn);
    }
    tx.delete_many::<Entity>().filter(Column::Id.eq(id)).exec(&tx).await?;
    second_factor::forget_needless_codes(&tx, session.user).await?;
    tell(&tx, session, &one.name, false).await?;
    let name = one.name.clone();
    let did = (What::KeyRemoved, &*name);
    Ok(Gone::Done(user::commit_new_way_in(core, tx, browser, did).await?, name))
}

/// Takes away what was added since then.
pub(crate) async fn remove_since(tx: &CatalogTx, user: UserId, since: DateTime<Utc>) -> Result<()> {
    let new = tx.delete_many::<Entity>().filter(Column::UserId.eq(user));
    new.filter(Column::CreatedAt.gte(since)).exec(tx).await?;
    Ok(())
}

/// Can they log in with a passkey?
pub(crate) async fn has_any(tx: &CatalogTx, user: UserId) -> Result<bool> {
    let query = tx.find::<Entity>().filter(Column::UserId.eq(user));
    Ok(query.filter(Column::Kind.eq(Kind::Passkey)).count(tx).await? > 0)
}

/// Takes all security keys of somebody away who lost them, as an operator.
pub(crate) async fn remove_security_keys(tx: &CatalogTx, user: UserId) -> Result<bool> {
    let keys = tx.delete_many::<Entity>().filter(Column::UserId.eq(user));
    let gone = keys.filter(Column::Kind.eq(Kind::SecurityKey)).exec(tx).await?;
    Ok(gone.rows_affected > 0)
}

/// Does a security key ask for itself? In the transaction of a change.
pub(crate) async fn has_security_key(tx: &CatalogTx, user: UserId) -> Result<bool> {
    let query = tx.find::<Entity>().filter(Column::UserId.eq(user));
    Ok(query.filter(Column::Kind.eq(Kind::SecurityKey)).count(tx).await? > 0)
}

/// Asks whoever is there for a passkey.
pub(crate) fn ask_anybody(core: &Services) -> Result<Asked> {
    let Question { options, challenge, state } = ceremony::ask_anybody(core)?;
    Ok(Asked { options, state: ANYBODY.seal(core, (challenge, state))? })
}

/// Whose passkey answered; none: nobody's, or it proves nothing.
pub(crate) async fn log_in(core: &Services, reply: &Reply) -> Result<Option<UserId>> {
    let opened = ANYBODY.open::<(String, DiscoverableAuthentication)>(core, &reply.state);
    let Some((challenge, state)) = opened else { return Ok(None) };
    if !is_first(core, &challenge).await? {
        return Ok(None);
    }
    let Some((user, key)) = ceremony::named(core, &reply.credential)? else { return Ok(None) };
    let catalog = core.store.catalog();
    let query = catalog.find::<Entity>().filter(Column::CredentialId.eq(key));
    let query = query.filter(Column::UserId.eq(UserId(user)));
    // Whoever holds a security key may be anybody.
    let Some(known) = query.filter(Column::Kind.eq(Kind::Passkey)).one(catalog).await? else {
        return Ok(None);
    };
    match ceremony::is_by(core, state, &reply.credential, &known.credential)? {
        Some(credential) => {
            note_use(catalog, known.id, credential).await?;
            Ok(Some(known.user_id))
        }
        None => Ok(None),
    }
}

/// Asks somebody who is known for a key: a passkey whose device looks who holds it, or any. None: they have none.
pub(crate) async fn ask(core: &Services, user: UserId, must_look: bool) -> Result<Option<Asked>> {
    let all = of_user(core.store.catalog(), user).await?;
    let all = all.iter().filter(|one| !must_look || one.kind == Kind::Passkey);
    let keys: Vec<_> = all.map(|one| &*one.credential).collect();
    let Some(asked) = ceremony::ask(core, &keys, must_look)? else { return Ok(None) };
    let Question { options, challenge, state } = asked;
    Ok(Some(Asked { options, state: USING.seal(core, (user, must_look, challenge, state))? }))
}

/// Did a key of theirs answer?
pub(crate) async fn is_answered(
    core: &Services,
    user: UserId,
    must_look: bool,
    reply: &Reply,
) -> Result<bool> {
    let opened = USING.open::<(UserId, bool, String, Using)>(core, &reply.state);
    let Some((of, looked, challenge, state)) = opened else { return Ok(false) };
    if of != user || (must_look && !looked) || !is_first(core, &challenge).await? {
        return Ok(false);
    }
    let catalog = core.store.catalog();
    let all = of_user(catalog, user).await?;
    let keys: Vec<_> =
        all.iter().map(|one| (one.credential_id.clone(), one.credential.clone())).collect();
    let Some((id, kept)) = ceremony::answered(core, &state, &reply.credential, &keys)? else {
        return Ok(false);
    };
    let Some(one) = all.iter().find(|one| one.credential_id == id) else { return Ok(false) };
    note_use(catalog, one.id, kept).await?;
    Ok(true)
}

/// Each challenge is answered once.
async fn is_first(core: &Services, challenge: &str) -> Result<bool> {
    let life = TimeDelta::from_std(LIFE).unwrap_or_default();
    use_once(core.store.catalog(), "passkey", challenge, life).await
}

async fn note_use(catalog: &CatalogDb, id: Uuid, credential: String) -> Result<()> {
    let used = catalog.update_many::<Entity>().filter(Column::Id.eq(id));
    let used = used.col_expr(Column::UsedAt, Expr::value(Some(clock::now())));
    used.col_expr(Column::Credential, Expr::value(credential)).exec(catalog).await?;
    Ok(())
}

async fn tell(tx: &CatalogTx, session: &Session, key: &str, is_on: bool) -> Result<()> {
    let (name, email) = (session.name.clone(), session.email.clone());
    TellKey { name, email, key: key.to_owned(), is_on }.later(tx).await?;
    Ok(())
}
