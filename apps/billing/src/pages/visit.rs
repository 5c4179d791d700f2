//! Going to Stripe's own pages: to give a card, and to see what Stripe has of the workspace.

use platform::{
    Can, Extension, Result, TenantDb, Ui, process::Platform, request::CurrentTenant, see_other,
    ui::Currency,
};

use super::{BILLING, failed, in_time, stripe};
use crate::{account, checkout, permissions::ManageBilling, plan::Plan, settings::Billing};

pub(super) async fn card(
    who: Can<ManageBilling>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    Extension(billing): Extension<Billing>,
    db: TenantDb,
    ui: Ui,
) -> Result {
    let stripe = stripe(&billing)?;
    db.let_go().await?;
    let known = account::find(core.store.catalog(), tenant.id).await?;
    if !known.is_alive() {
        return see_other(super::PLAN);
    }
    let currency = Currency::of(&known.currency).unwrap_or_else(Plan::usual_currency);
    let email = &who.member.email;
    let going = checkout::begin_card(&core.store, stripe, &tenant, email, currency);
    match in_time(going).await {
        Ok(url) => see_other(url),
        Err(failure) => failed(&ui, failure, BILLING),
    }
}

pub(super) async fn portal(
    who: Can<ManageBilling>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    Extension(billing): Extension<Billing>,
    db: TenantDb,
    ui: Ui,
) -> Result {
    let stripe = stripe(&billing)?;
    db.let_go().await?;
    let back = format!("{}{BILLING}", tenant.origin);
    let url = async {
        let email = &who.member.email;
        let customer = checkout::customer(&core.store, stripe, &tenant, email).await?;
        Ok(checkout::portal(stripe, &customer, &back).await?)
    };
    match in_time(url).await {
        Ok(url) => see_other(url),
        Err(failure) => failed(&ui, failure, BILLING),
    }
}
