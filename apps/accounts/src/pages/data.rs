//! What is kept about one's own account, as a file.

use platform::{
    Error, Result, SignedIn, as_file,
    people::user_by_id,
    process::Platform,
    request::{Client, UserAgent},
    workspaces::workspaces_of,
};
use serde_json::{Value, json};

use super::prove;
use crate::{
    connection, deletion, passkey, second_factor,
    security_log::{self, Place, What},
    trusted_device,
};

/// Entries of the security log that are read at a time.
const MANY: u64 = 500;

pub(crate) async fn download(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    (client, UserAgent(user_agent)): (Client, UserAgent),
) -> Result {
    if !session.is_proved() {
        return prove::first("/account");
    }
    let (catalog, user) = (core.store.catalog(), session.user);
    let tx = catalog.begin().await?;
    let place = Place::of(client, &user_agent);
    security_log::note(&tx, user, (What::DataDownloaded, ""), &place).await?;
    tx.commit().await?;
    let person = user_by_id(catalog, user).await?.ok_or(Error::NotFound)?;
    let sessions = core.sessions.of_user(user).await?;
    let keys = passkey::of_user(catalog, user).await?;
    let connections = connection::of_user(catalog, user).await?;
    let trusted = trusted_device::of_user(catalog, user, &Default::default()).await?;
    let state = second_factor::state(catalog, user).await?;
    let (mut activity, mut before) = (vec![], None);
    loop {
        let mut found = security_log::newest(catalog, user, before, MANY).await?;
        let is_more = found.len() as u64 > MANY;
        found.truncate(MANY as usize);
        before = found.last().map(|last| last.id);
        activity.extend(found);
        if !is_more {
            break;
        }
    }
    let all: Value = json!({
        "account": {
            "id": person.id, "email": person.email, "name": person.name, "locale": person.locale,
            "time_zone": person.zone, "theme": person.theme, "created_at": person.created_at,
            "deleted_on": deletion::pending(catalog, user).await?,
            "has_password": !person.password_hash.is_empty(),
        },
        "two_step_verification": { "since": state.since, "recovery_codes_left": state.codes_left },
        "passkeys_and_security_keys": keys.iter().map(|one| json!({
            "name": one.name, "kind": sea_orm::ActiveEnum::to_value(&one.kind),
            "created_at": one.created_at, "used_at": one.used_at,
        })).collect::<Vec<_>>(),
        "connected_accounts": connections.iter().map(|one| json!({
            "provider": one.provider, "issuer": one.issuer, "id_there": one.subject,
            "account": one.account, "created_at": one.created_at, "used_at": one.used_at,
        })).collect::<Vec<_>>(),
        "devices": sessions.iter().map(|one| json!({
            "browser": one.user_agent, "address": one.address, "logged_in_by": one.method,
            "created_at": one.created_at, "seen_at": one.seen_at,
        })).collect::<Vec<_>>(),
        "trusted_devices": trusted.iter().map(|(one, _)| json!({
            "browser": one.user_agent, "address": one.address,
            "created_at": one.created_at, "used_at": one.used_at, "expires_at": one.expires_at,
        })).collect::<Vec<_>>(),
        "security_activity": activity.iter().map(|one| json!({
            "what": sea_orm::ActiveEnum::to_value(&one.what), "detail": one.detail,
            "browser": one.user_agent, "address": one.address, "at": one.at,
        })).collect::<Vec<_>>(),
        "workspaces": workspaces_of(&core.store, user).await?.iter().map(|one| json!({
            "address": one.origin, "name": one.name, "used_at": one.used_at,
        })).collect::<Vec<_>>(),
    });
    let text = serde_json::to_string_pretty(&all)?;
    Ok(as_file("application/json; charset=utf-8", "my-account.json", text.into()))
}
