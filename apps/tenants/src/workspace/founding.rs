//! A person makes a workspace of their own.

use std::sync::Arc;

use platform::{
    Error, Result, UserId,
    limits::{LimitExceeded, RateLimit},
    people::user_by_id,
    process::Services,
    workspaces::{Slug, Tenant, just_founded},
};

use super::create;

/// Nobody needs more in an hour, and each takes a place for ever.
pub const NEW: RateLimit = RateLimit::new("workspaces", 5, 3600);

/// What became of it.
#[derive(Debug)]
pub enum CreateOutcome {
    /// It is there, now or since a moment ago.
    Created(Arc<Tenant>),
    /// Somebody has the address, or had it.
    Taken,
    /// They made too many within the hour.
    TooMany(LimitExceeded),
}

/// Makes it. The same once more leads to the workspace that was made.
pub async fn found(core: &Services, user: UserId, slug: Slug, name: &str) -> Result<CreateOutcome> {
    let (store, name) = (&core.store, name.trim());
    if !store.is_free(&slug, None).await? {
        return again(core, user, &slug, name).await;
    }
    if let Err(spent) = core.limiter.allow(NEW, &user.to_string()).await? {
        return Ok(CreateOutcome::TooMany(spent));
    }
    let owner = user_by_id(store.catalog(), user).await?.ok_or(Error::SignInRequired)?;
    match create(store, slug.clone(), name, &owner).await {
        Ok(tenant) => Ok(CreateOutcome::Created(tenant)),
        Err(Error::Conflict(_)) => again(core, user, &slug, name).await,
        Err(error) => Err(error),
    }
}

async fn again(core: &Services, user: UserId, slug: &Slug, name: &str) -> Result<CreateOutcome> {
    let own = just_founded(&core.store, user, slug, name).await?;
    Ok(own.map_or(CreateOutcome::Taken, CreateOutcome::Created))
}
