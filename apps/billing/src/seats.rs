//! The number of members that are paid for follows those who are there.

use std::sync::Arc;

use platform::{
    Result, TenantDb, member,
    workspaces::{Store, Tenant},
};
use sea_orm::PaginatorTrait;

use crate::{
    account::{Failure, refresh},
    change,
    stripe::Stripe,
};

/// How many are paid for: everybody who is there.
pub(crate) async fn count(db: &TenantDb) -> Result<u64> {
    Ok(db.find::<member::Entity>().count(db).await?.max(1))
}

/// Reads the workspace anew, and has Stripe count its members as they are. What a member costs for the rest of the time
/// stands on the next invoice.
pub(crate) async fn follow(
    store: &Store,
    stripe: &Stripe,
    tenant: &Arc<Tenant>,
) -> Result<(), Failure> {
    let known = refresh(store, stripe, tenant).await?;
    let Some(subscription) = known.subscription.as_deref().filter(|_| known.is_alive()) else {
        return Ok(());
    };
    let many = store.read_in(tenant.clone(), |db| async move { count(&db).await }).await?;
    if i32::try_from(many).is_ok_and(|many| many == known.seats) {
        return Ok(());
    }
    change::count(stripe, subscription, many).await?;
    refresh(store, stripe, tenant).await.map(drop)
}
