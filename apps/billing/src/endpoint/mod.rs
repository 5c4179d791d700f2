//! Where Stripe tells us what happens: what it signs by, and whether a message is its own.

mod entity;
pub mod sync;

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use platform::{
    Result, Secret,
    catalog::CatalogDb,
    clock,
    process::{Place, Vault},
};
use sea_orm::{ColumnTrait, QueryFilter};
use sha2::Sha256;

pub use entity::{ActiveModel, Column, Entity, Model};

/// A message that is older than this may be one that somebody kept.
pub const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// Where they arrive, on the account site.
pub const PATH: &str = "/stripe/webhook";

/// Is this body signed by one of the secrets, and not long ago? `header` is `t=…,v1=…`, as Stripe sends it.
pub fn is_signed(body: &[u8], header: &str, secrets: &[Secret], now: DateTime<Utc>) -> bool {
    let (mut at, mut signatures) = (None, vec![]);
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", moment)) => at = moment.parse::<i64>().ok(),
            Some(("v1", signature)) => signatures.extend(hex::decode(signature)),
            _ => {}
        }
    }
    let Some(at) = at else { return false };
    let is_recent = DateTime::from_timestamp(at, 0).is_some_and(|at| (now - at).abs() <= TOLERANCE);
    let is_from = |secret: &Secret| {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else {
            return false;
        };
        mac.update(at.to_string().as_bytes());
        mac.update(b".");
        mac.update(body);
        // Compared in a time that does not tell how much of it is right.
        signatures.iter().any(|signature| mac.clone().verify_slice(signature).is_ok())
    };
    is_recent && secrets.iter().any(is_from)
}

/// What Stripe signs by at the endpoints that `billing sync` made.
pub(crate) async fn secrets(catalog: &CatalogDb, vault: &Vault) -> Result<Vec<Secret>> {
    let mut all = vec![];
    for row in catalog.find::<Entity>().all(catalog).await? {
        match vault.decrypt(place(&row.id), &row.secret).await {
            Ok(secret) => all.extend(String::from_utf8(secret).map(Secret::new)),
            Err(_) => tracing::error!(endpoint = row.id, "the secret of a webhook can't be read"),
        }
    }
    Ok(all)
}

/// Keeps the secret of a new endpoint.
pub(crate) async fn keep(
    catalog: &CatalogDb,
    vault: &Vault,
    (id, url): (&str, &str),
    secret: &str,
) -> Result<()> {
    let secret = vault.encrypt(place(id), secret.as_bytes()).await?;
    let row = Model { id: id.to_owned(), url: url.to_owned(), secret, created_at: clock::now() };
    catalog.insert(ActiveModel::from(row)).await?;
    Ok(())
}

/// The ids of those whose secret is known.
pub(crate) async fn known(catalog: &CatalogDb) -> Result<Vec<String>> {
    Ok(catalog.find::<Entity>().all(catalog).await?.into_iter().map(|row| row.id).collect())
}

/// Forgets the secret of an endpoint that is gone.
pub(crate) async fn forget(catalog: &CatalogDb, id: &str) -> Result<()> {
    let all = catalog.delete_many::<Entity>().filter(Column::Id.eq(id));
    all.exec(catalog).await?;
    Ok(())
}

fn place(id: &str) -> Place<'_> {
    Place { tenant: None, table: "billing_endpoints", column: "secret", row: id }
}
