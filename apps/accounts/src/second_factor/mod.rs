//! The noun: a second step at log-in, by an authenticator app (TOTP, RFC 6238) or a recovery code. Each code
//! is taken once.

mod code;
mod codes;
mod factor;
mod reset;
mod reset_entity;
mod totp;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use platform::{
    Result, UserId,
    catalog::{CatalogDb, CatalogTx, violates},
    clock,
    people::{NewSession, Session, Token},
    process::{Services, Vault},
};
use sea_orm::{ColumnTrait, ExprTrait, PaginatorTrait, QueryFilter, sea_query::Expr};

pub use code::Entity as RecoveryCodes;
pub use codes::shown;
pub use factor::Entity as Factors;
pub use reset::{ask_reset, reset, stop_reset};
pub(crate) use reset::{reset_at, reset_due, tell_reset_asked};
pub use reset_entity::Entity as Resets;
pub use totp::{Offer, offer};

use crate::{
    jobs::TellTwoStep,
    passkey,
    security_log::{self, Place, What},
    trusted_device,
    user::commit_new_way_in,
};

/// How a person's second step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Since when it is asked for, UTC; none: it is off.
    pub since: Option<sea_orm::prelude::DateTimeUtc>,
    /// Recovery codes that are not used yet.
    pub codes_left: u64,
}

/// What a code turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The app's of this moment.
    App,
    /// A recovery code; so many are left.
    Recovery(u64),
}

impl Proof {
    /// How a session that it opens after a password was opened.
    pub fn method(self, first: &str) -> String {
        let second = match self {
            Self::App => "totp",
            Self::Recovery(_) => "recovery_code",
        };
        format!("{first}+{second}")
    }
}

/// How a person's second step stands.
pub async fn state(catalog: &CatalogDb, user: UserId) -> Result<State> {
    let factor = catalog.find::<Factors>().filter(factor::Column::UserId.eq(user));
    let since = factor.one(catalog).await?.and_then(|factor| factor.confirmed_at);
    let codes = catalog.find::<RecoveryCodes>().filter(code::Column::UserId.eq(user));
    let codes_left = codes.filter(code::Column::UsedAt.is_null()).count(catalog).await?;
    Ok(State { since, codes_left })
}

/// Is a second step asked of this person?
pub async fn is_on(catalog: &CatalogDb, user: UserId) -> Result<bool> {
    Ok(has_app(catalog, user).await? || passkey::is_second_step(catalog, user).await?)
}

/// Those of these people who can prove who they are in two steps: by an app, a security key or a passkey.
pub(crate) async fn who_has(catalog: &CatalogDb, users: &[UserId]) -> Result<HashSet<UserId>> {
    let mut have = HashSet::new();
    for some in users.chunks(500) {
        let some = some.iter().copied();
        let apps = catalog.find::<Factors>().filter(factor::Column::UserId.is_in(some.clone()));
        let apps = apps.filter(factor::Column::ConfirmedAt.is_not_null()).all(catalog).await?;
        have.extend(apps.into_iter().map(|one| one.user_id));
        have.extend(passkey::who_has(catalog, some).await?);
    }
    Ok(have)
}

/// Have they set an authenticator app up?
pub(crate) async fn has_app(catalog: &CatalogDb, user: UserId) -> Result<bool> {
    let factor = catalog.find::<Factors>().filter(factor::Column::UserId.eq(user));
    Ok(factor.filter(factor::Column::ConfirmedAt.is_not_null()).one(catalog).await?.is_some())
}

/// Recovery codes for whoever has none yet: with the first second step, whichever it is.
pub(crate) async fn first_codes(tx: &CatalogTx, user: UserId) -> Result<Vec<String>> {
    let left = tx.find::<RecoveryCodes>().filter(code::Column::UserId.eq(user));
    match left.filter(code::Column::UsedAt.is_null()).count(tx).await? {
        0 => codes::make(tx, user).await,
        _ => Ok(vec![]),
    }
}

/// Recovery codes go with the last second step.
pub(crate) async fn forget_needless_codes(tx: &CatalogTx, user: UserId) -> Result<()> {
    let app = tx.find::<Factors>().filter(factor::Column::UserId.eq(user)).one(tx).await?;
    if app.is_none() && !passkey::has_security_key(tx, user).await? {
        let codes = tx.delete_many::<RecoveryCodes>().filter(code::Column::UserId.eq(user));
        codes.exec(tx).await?;
    }
    Ok(())
}

/// What was typed as a person's code; it is used up. None: it is no good, or was used before.
pub async fn use_code(core: &Services, user: UserId, typed: &str) -> Result<Option<Proof>> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let is_app = typed.len() == 6 && typed.bytes().all(|digit| digit.is_ascii_digit());
    if !is_app {
        return codes::take(core.store.catalog(), user, &typed).await;
    }
    let catalog = core.store.catalog();
    let query = catalog.find::<Factors>().filter(factor::Column::UserId.eq(user));
    let Some(factor) = query.one(catalog).await? else { return Ok(None) };
    if factor.confirmed_at.is_none() {
        return Ok(None);
    }
    let secret = core.vault.decrypt(totp::place(&user.to_string()), &factor.secret).await?;
    let Some(step) = totp::step(&secret, &typed)? else { return Ok(None) };
    // One statement: of two who send the code at the same moment one gets in.
    let newer = factor::Column::LastStep.is_null().or(factor::Column::LastStep.lt(step));
    let taken = catalog
        .update_many::<Factors>()
        .filter(factor::Column::UserId.eq(user))
        .filter(newer)
        .col_expr(factor::Column::LastStep, Expr::value(step))
        .exec(catalog)
        .await?;
    Ok((taken.rows_affected == 1).then_some(Proof::App))
}

/// What became of a change.
pub struct Changed {
    /// The session that goes on in this browser: all others ended.
    pub token: Token,
    /// The new recovery codes, to be shown once.
    pub codes: Vec<String>,
}

/// Switches the second step on, for whoever typed the code of what was offered to them. None: the code is
/// wrong, or it is on already.
pub async fn switch_on(
    core: &Services,
    session: &Session,
    browser: NewSession,
    typed: &str,
) -> Result<Option<Changed>> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let Some((secret, step)) = totp::accepted(core, session, &typed)? else { return Ok(None) };
    let user = session.user;
    let sealed = core.vault.encrypt(totp::place(&user.to_string()), &secret).await?;
    let tx = core.store.catalog().begin().await?;
    let there = tx.find::<Factors>().filter(factor::Column::UserId.eq(user)).one(&tx).await?;
    if there.is_some() {
        return Ok(None);
    }
    let now = clock::now();
    let row = factor::Model {
        user_id: user,
        secret: sealed,
        last_step: Some(step),
        confirmed_at: Some(now),
        created_at: now,
    };
    if let Err(error) = tx.insert(factor::ActiveModel::from(row)).await {
        // Sent twice at the same moment. The stores name the key differently.
        let names = ["totp_factors_pkey", "totp_factors_user_id_key"];
        return match names.iter().any(|name| violates(&error, name)) {
            true => Ok(None),
            false => Err(error.into()),
        };
    }
    let codes = first_codes(&tx, user).await?;
    finish(core, tx, session, browser, (true, codes)).await
}

/// Gives somebody an authenticator app whose secret is known: for people of the demo and of tests.
pub async fn give(
    catalog: &CatalogDb,
    vault: &Vault,
    user: UserId,
    base32: &str,
) -> Result<(), anyhow::Error> {
    let secret = totp::bytes(base32)?;
    let sealed = vault.encrypt(totp::place(&user.to_string()), &secret).await;
    let now = clock::now();
    let row = factor::Model {
        user_id: user,
        secret: sealed.map_err(platform::Error::into_anyhow)?,
        last_step: None,
        confirmed_at: Some(now),
        created_at: now,
    };
    catalog.insert(factor::ActiveModel::from(row)).await?;
    Ok(())
}

/// Switches it off. The recovery codes go with it.
pub async fn switch_off(
    core: &Services,
    session: &Session,
    browser: NewSession,
) -> Result<Option<Changed>> {
    let tx = core.store.catalog().begin().await?;
    remove(&tx, session.user).await?;
    finish(core, tx, session, browser, (false, vec![])).await
}

/// Makes new recovery codes; the old ones are worth nothing. Empty: the second step is off.
pub(crate) async fn renew_codes(
    core: &Services,
    user: UserId,
    place: &Place,
) -> Result<Vec<String>> {
    if !is_on(core.store.catalog(), user).await? {
        return Ok(vec![]);
    }
    let tx = core.store.catalog().begin().await?;
    let codes = codes::make(&tx, user).await?;
    // Whoever has an old one may have trusted a device with it.
    trusted_device::end_all(&tx, user).await?;
    security_log::note(&tx, user, (What::CodesMade, ""), place).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Takes away what was set up since then, and codes that were made since.
pub(crate) async fn remove_since(tx: &CatalogTx, user: UserId, since: DateTime<Utc>) -> Result<()> {
    let new = tx.delete_many::<Factors>().filter(factor::Column::UserId.eq(user));
    new.filter(factor::Column::CreatedAt.gte(since)).exec(tx).await?;
    let new = tx.delete_many::<RecoveryCodes>().filter(code::Column::UserId.eq(user));
    new.filter(code::Column::CreatedAt.gte(since)).exec(tx).await?;
    forget_needless_codes(tx, user).await
}

async fn remove(tx: &CatalogTx, user: UserId) -> Result<bool> {
    let factor = tx.delete_many::<Factors>().filter(factor::Column::UserId.eq(user));
    let gone = factor.exec(tx).await?.rows_affected > 0;
    forget_needless_codes(tx, user).await?;
    Ok(gone)
}

/// The end of every session, the new one of this browser and the email about it are one change.
async fn finish(
    core: &Services,
    tx: CatalogTx,
    session: &Session,
    browser: NewSession,
    (is_on, codes): (bool, Vec<String>),
) -> Result<Option<Changed>> {
    tell(&tx, &session.name, &session.email, is_on).await?;
    let did = if is_on { What::AppAdded } else { What::AppRemoved };
    let token = commit_new_way_in(core, tx, browser, (did, "")).await?;
    Ok(Some(Changed { token, codes }))
}

async fn tell(tx: &CatalogTx, name: &str, email: &str, is_on: bool) -> Result<()> {
    use platform::Later;
    TellTwoStep { name: name.to_owned(), email: email.to_owned(), is_on }.later(tx).await?;
    Ok(())
}
