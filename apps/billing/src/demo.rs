//! Development: the sandbox knows the plans, and the two workspaces of the demo have something to look at.

use std::{sync::Arc, time::Duration};

use platform::{
    Environment, Result,
    process::Services,
    workspaces::{Slug, Status, Tenant},
};
use stripe_billing::subscription::{CreateSubscription, CreateSubscriptionItems as Item};
use stripe_core::customer::{UpdateCustomer, UpdateCustomerInvoiceSettings};

use crate::{
    account::{self, Failure, refresh},
    checkout::{self, Wish},
    command::Shop,
    plan::{Interval, Plan},
    settings::Billing,
    stripe::Stripe,
    trial,
};

/// Begins with `serve`, until it is done: the sandbox answers a moment later than this begins.
pub(crate) async fn begin(core: Arc<Services>) {
    if core.config.environment != Environment::Development {
        return;
    }
    for _ in 0..20 {
        match prepare(&core).await {
            Ok(()) => return,
            Err(failure) => tracing::debug!("the sandbox is not ready: {failure}"),
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    tracing::warn!("the sandbox of Stripe could not be prepared: nothing can be bought");
}

/// Makes known what is sold; gives acme a paid plan and globex a trial, where they have none.
pub async fn prepare(core: &Arc<Services>) -> Result<(), Failure> {
    let Ok(billing) = core.extensions.find::<Billing>() else { return Ok(()) };
    let Some(stripe) = billing.stripe().filter(|stripe| stripe.is_own_sandbox()) else {
        return Ok(());
    };
    let origin = core.config.account_origin();
    let (catalog, vault) = (core.store.catalog(), &core.vault);
    let shop = Shop { catalog, vault, billing: &billing, origin: &origin };
    shop.make_known(stripe, false, &mut |_| {}).await?;
    if let Some((tenant, email, seats)) = owned(core, "acme").await? {
        pay(core, stripe, &tenant, &email, seats).await?;
    }
    if let Some((tenant, email, seats)) = owned(core, "globex").await? {
        let wish = wish("business");
        trial::begin(&core.store, stripe, &tenant, (&email, &wish, seats)).await?;
    }
    Ok(())
}

fn wish(key: &str) -> Wish {
    let plan = Plan::find(key).or_else(|| Plan::offered().last()).unwrap_or_else(Plan::free);
    let currency = plan.prices.first().map_or(platform::ui::Currency::USD, |price| price.currency);
    Wish { plan, interval: Interval::Month, currency }
}

/// A workspace of the demo that pays nothing, with an owner's address and how many are in it.
async fn owned(core: &Services, slug: &str) -> Result<Option<(Arc<Tenant>, String, u64)>> {
    let Ok(slug) = Slug::parse(slug) else { return Ok(None) };
    let Some(tenant) = core.store.directory().by_slug(slug.as_str()).await? else {
        return Ok(None);
    };
    let known = account::find(core.store.catalog(), tenant.id).await?;
    if tenant.status != Status::Active || known.is_alive() {
        return Ok(None);
    }
    let members = core.store.read_in(tenant.clone(), |db| async move {
        Ok(db.find::<platform::member::Entity>().all(&db).await?)
    });
    let members = members.await?;
    let owner = members.iter().find(|member| member.role.is_owner());
    Ok(owner.map(|owner| (tenant, owner.email.clone(), members.len() as u64)))
}

/// A plan that is paid by a test card.
async fn pay(
    core: &Services,
    stripe: &Stripe,
    tenant: &Arc<Tenant>,
    email: &str,
    seats: u64,
) -> Result<(), Failure> {
    let wish = wish("team");
    let price = checkout::price(stripe, &wish).await?;
    let customer = checkout::customer(&core.store, stripe, tenant, email).await?;
    if trial::has_begun(stripe, &customer).await? {
        // Somebody ended it, and it stays ended.
        return Ok(());
    }
    let card = stripe.test_card(&customer, &format!("demo-card-{}", tenant.id)).await?;
    let mut settings = UpdateCustomerInvoiceSettings::new();
    settings.default_payment_method = Some(card.clone());
    stripe.read(&UpdateCustomer::new(customer.as_str()).invoice_settings(settings)).await?;
    let mut item = Item::new();
    (item.price, item.quantity) = (Some(price), Some(seats));
    let request = CreateSubscription::new()
        .customer(customer)
        .items(vec![item])
        .default_payment_method(card)
        .metadata(checkout::belongs_to(tenant));
    stripe.change(&request, &format!("demo-{}", tenant.id)).await?;
    refresh(&core.store, stripe, tenant).await?;
    Ok(())
}
