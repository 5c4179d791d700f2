//! Back from Stripe: what was paid is looked up, so that it counts though nobody tells us of it.

use platform::{
    Can, Extension, Query, Result, Ui, clock, process::Platform, request::CurrentTenant, see_other,
    see_other_with, ui::Toast,
};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use stripe_shared::CheckoutSessionStatus;

use super::{BILLING, PLAN, in_time, look_later, stripe};
use crate::{
    account::{self, Column, Entity, is_in_force, refresh},
    checkout,
    permissions::ManageBilling,
    settings::Billing,
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Visit {
    session: String,
}

pub(super) async fn show(
    _: Can<ManageBilling>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    Extension(billing): Extension<Billing>,
    Query(visit): Query<Visit>,
    ui: Ui,
) -> Result {
    let (stripe, catalog) = (stripe(&billing)?, core.store.catalog());
    let known = account::find(catalog, tenant.id).await?;
    let Some(customer) = known.customer.as_deref() else { return see_other(PLAN) };
    let asked = async { Ok(checkout::outcome(stripe, customer, &visit.session).await?) };
    let outcome = in_time(asked).await;
    match &outcome {
        // Another's, or none.
        Ok(None) => return see_other(BILLING),
        Ok(Some(CheckoutSessionStatus::Complete)) | Err(_) => {}
        Ok(Some(_)) => return see_other(PLAN),
    }
    // Whatever comes next: it is looked up, also if this is broken off.
    look_later(&core, tenant.id).await?;
    let row = catalog.update_many::<Entity>().filter(Column::TenantId.eq(tenant.id));
    // Of an old address nobody waits for anything.
    let row = row.filter(Column::Checkout.eq(&visit.session));
    row.col_expr(Column::ReturnedAt, Expr::value(clock::now())).exec(catalog).await?;
    let read = match outcome {
        Ok(_) => in_time(refresh(&core.store, stripe, &tenant)).await,
        Err(failure) => Err(failure),
    };
    match read {
        Ok(now) if is_in_force(&now.status) => {
            let text = match now.trial_end {
                Some(end) => format!("Your trial goes on until {}.", ui.calendar().day(end)),
                None => String::new(),
            };
            let said = format!("You are on {}", now.current().name);
            see_other_with(BILLING, &Toast::success(said).text(text))
        }
        Ok(_) => see_other(BILLING),
        Err(failure) => {
            tracing::warn!("back from Stripe, which does not say what was paid: {failure}");
            see_other(BILLING)
        }
    }
}
