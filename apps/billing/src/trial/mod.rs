//! Trying a plan: once for each workspace, person and card, without a card, and ended by itself.

mod entity;

use std::sync::Arc;

use platform::{
    Later, Result, TenantId, UserId,
    catalog::{CatalogDb, violates},
    clock,
    workspaces::{Store, Tenant},
};
use sea_orm::{ColumnTrait, ExprTrait, QueryFilter, sea_query::Expr};
use stripe_billing::subscription::{
    CreateSubscription, CreateSubscriptionItems as Item,
    CreateSubscriptionTrialSettings as Settings, CreateSubscriptionTrialSettingsEndBehavior as End,
    CreateSubscriptionTrialSettingsEndBehaviorMissingPaymentMethod as Missing, ListSubscription,
    ListSubscriptionStatus, UpdateSubscription, UpdateSubscriptionAutomaticTax,
    UpdateSubscriptionTrialEnd,
};
use stripe_core::customer::{ListPaymentMethodsCustomer, ListPaymentMethodsCustomerType};

pub use entity::{ActiveModel, Column, Entity, Model};

use crate::{
    account::{self, Failure, Model as Account, Standing, is_there, refresh},
    checkout::{self, Wish},
    jobs::BeginTrial,
    stripe::{Stripe, Trouble, keyed},
};

/// What became of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is this workspace's, now or since before.
    Ours,
    /// This person had one, in another workspace.
    Spent,
}

/// Takes the one trial that there is, before Stripe is asked: one statement, so that of many at once one gets it. The job
/// that begins it is left with it, so that a kill, or a Stripe that does not answer, takes it from nobody.
pub async fn claim(store: &Store, user: UserId, job: BeginTrial) -> Result<Claim> {
    let (catalog, tenant) = (store.catalog(), job.workspace);
    // Whoever asks twice at once is told the same twice; that it is over, whoever begins it sees.
    let ours = || catalog.find::<Entity>().filter(Column::TenantId.eq(tenant));
    if ours().one(catalog).await?.is_some() {
        return Ok(Claim::Ours);
    }
    if account::find(catalog, tenant).await?.had_any {
        return Ok(Claim::Spent);
    }
    let row = Model {
        tenant_id: tenant,
        user_id: Some(user),
        card: None,
        plan: job.plan.clone(),
        claimed_at: clock::now(),
        begun_at: None,
    };
    let tx = catalog.begin().await?;
    match tx.insert(ActiveModel::from(row)).await {
        Ok(_) => {
            job.later(&tx).await?;
            tx.commit().await?;
            Ok(Claim::Ours)
        }
        Err(error) => {
            drop(tx);
            let is_taken = is_there(&error, "billing_trials", "tenant_id")
                || violates(&error, "billing_trials_user_id_key");
            if !is_taken {
                return Err(error.into());
            }
            // A store names one of the keys that are in the way; which one, is its affair.
            Ok(if ours().one(catalog).await?.is_some() { Claim::Ours } else { Claim::Spent })
        }
    }
}

/// Can this person try a plan in this workspace? Also where they asked for it and it has not begun yet.
pub async fn is_open(catalog: &CatalogDb, known: &Account, user: UserId) -> Result<bool> {
    if known.had_any {
        return Ok(false);
    }
    let mine = Column::TenantId.eq(known.tenant_id).or(Column::UserId.eq(user));
    let rows = catalog.find::<Entity>().filter(mine).all(catalog).await?;
    Ok(rows.iter().all(|row| row.tenant_id == known.tenant_id && row.begun_at.is_none()))
}

/// Begins the trial that was claimed. Done again, there is one: it is looked for before it is made, and made under one
/// key.
pub async fn begin(
    store: &Store,
    stripe: &Stripe,
    tenant: &Arc<Tenant>,
    (email, wish, seats): (&str, &Wish, u64),
) -> Result<Account, Failure> {
    let price = checkout::price(stripe, wish).await?;
    let customer = checkout::customer(store, stripe, tenant, email).await?;
    if !has_begun(stripe, &customer).await? {
        let mut item = Item::new();
        (item.price, item.quantity) = (Some(price), Some(seats));
        let mut end = End::new();
        end.missing_payment_method = Some(Missing::Cancel);
        let request = CreateSubscription::new()
            .customer(customer)
            .items(vec![item])
            .trial_period_days(wish.plan.trial_days)
            .trial_settings(Settings::new(end))
            .metadata(checkout::belongs_to(tenant));
        let (interval, currency) = (wish.interval.word(), wish.currency.code());
        let parts =
            [&*tenant.id.to_string(), wish.plan.key, interval, currency, &seats.to_string()];
        stripe.change(&request, &keyed("trial", &parts)).await?;
    }
    let catalog = store.catalog();
    let row = catalog.update_many::<Entity>().filter(Column::TenantId.eq(tenant.id));
    let row = row.filter(Column::BegunAt.is_null());
    row.col_expr(Column::BegunAt, Expr::value(clock::now())).exec(catalog).await?;
    refresh(store, stripe, tenant).await
}

/// Has this customer ever had a subscription?
pub(crate) async fn has_begun(stripe: &Stripe, customer: &str) -> Result<bool, Trouble> {
    let all = ListSubscription::new().customer(customer).status(ListSubscriptionStatus::All);
    Ok(!stripe.read(&all.limit(1)).await?.data.is_empty())
}

/// A card that was given for a trial pays when it ends; one that paid for another trial ends this one now. `true`:
/// something was changed at Stripe.
pub(crate) async fn follow_card(
    catalog: &CatalogDb,
    stripe: &Stripe,
    tenant: TenantId,
    (customer, kept): (&str, &Standing),
) -> Result<bool, Failure> {
    let row = catalog.find::<Entity>().filter(Column::TenantId.eq(tenant)).one(catalog).await?;
    let is_known = row.as_ref().is_none_or(|row| row.card.is_some());
    if kept.has_card && is_known {
        return Ok(false);
    }
    let cards = ListPaymentMethodsCustomer::new(customer);
    let cards = stripe.read(&cards.type_(ListPaymentMethodsCustomerType::Card)).await?.data;
    let Some(card) = cards.into_iter().max_by_key(|card| card.created) else { return Ok(false) };
    let mut is_changed = false;
    if !kept.has_card {
        let update = UpdateSubscription::new(kept.id.as_str());
        stripe.read(&update.default_payment_method(card.id.to_string())).await?;
        is_changed = true;
        if stripe.has_tax() {
            let tax = UpdateSubscriptionAutomaticTax::new(true);
            let update = UpdateSubscription::new(kept.id.as_str()).automatic_tax(tax);
            // Without an address that Stripe knows no tax can be calculated.
            if let Err(trouble) = stripe.read(&update).await {
                tracing::warn!(subscription = kept.id, "its taxes are not calculated: {trouble}");
            }
        }
    }
    let fingerprint = card.card.and_then(|card| card.fingerprint);
    if let Some(fingerprint) = fingerprint.filter(|_| !is_known) {
        let update = catalog.update_many::<Entity>().filter(Column::TenantId.eq(tenant));
        let update = update.filter(Column::Card.is_null());
        match update.col_expr(Column::Card, Expr::value(fingerprint)).exec(catalog).await {
            Err(error) if violates(&error, "billing_trials_card_key") => {
                let now = UpdateSubscription::new(kept.id.as_str());
                let now = now.trial_end(UpdateSubscriptionTrialEnd::Now);
                stripe.change(&now, &keyed("trial-end", &[&kept.id])).await?;
                is_changed = true;
            }
            done => {
                done?;
            }
        }
    }
    Ok(is_changed)
}
