//! Buying: a customer at Stripe, its Checkout, and its portal.

use std::collections::HashMap;

use platform::{
    clock,
    ui::Currency,
    workspaces::{Store, Tenant},
};
use sea_orm::{ColumnTrait, QueryFilter, prelude::Uuid, sea_query::Expr};
use stripe_billing::billing_portal_session::CreateBillingPortalSession;
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionAllowedPaymentMethodTypes as AllowedMethod,
    CreateCheckoutSessionAutomaticTax as AutomaticTax,
    CreateCheckoutSessionCustomerUpdate as CustomerUpdate,
    CreateCheckoutSessionCustomerUpdateAddress as UpdateAddress,
    CreateCheckoutSessionCustomerUpdateName as UpdateName, CreateCheckoutSessionLineItems as Line,
    CreateCheckoutSessionSubscriptionData as SubscriptionData,
    CreateCheckoutSessionTaxIdCollection as TaxId, ExpireCheckoutSession, RetrieveCheckoutSession,
};
use stripe_core::customer::{CreateCustomer, UpdateCustomer};
use stripe_product::price::ListPrice;
use stripe_shared::{
    CheckoutSessionBillingAddressCollection as AddressCollection, CheckoutSessionMode as Mode,
    CheckoutSessionStatus,
};

use crate::{
    account::{self, Column, Entity, Failure},
    plan::{Interval, Plan},
    stripe::{Stripe, Trouble, keyed, money},
};

/// What somebody wants to pay for. Its price is looked up: no form names an amount.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// The plan.
    pub plan: &'static Plan,
    /// How often.
    pub interval: Interval,
    /// In which currency.
    pub currency: Currency,
}

impl Wish {
    /// What a member costs, minor units; none: it is not sold in this currency.
    pub fn amount(&self) -> Option<i64> {
        self.plan.amount(self.currency, self.interval)
    }
}

/// The metadata by which things at Stripe are found again.
pub(crate) fn belongs_to(tenant: &Tenant) -> HashMap<String, String> {
    HashMap::from([("workspace".to_owned(), tenant.id.to_string())])
}

/// The price of today at Stripe. Refused where it is not what the plans say: somebody would pay what no page told.
pub async fn price(stripe: &Stripe, wish: &Wish) -> Result<String, Trouble> {
    let key = wish.plan.lookup_key(wish.currency, wish.interval);
    let request = ListPrice::new().lookup_keys([key.clone()]).active(true).limit(1);
    let found = stripe.read(&request).await?.data.into_iter().next();
    let is_right = |price: &stripe_shared::Price| {
        price.unit_amount.is_some() && price.unit_amount == wish.amount()
    };
    match found.filter(is_right) {
        Some(price) => Ok(price.id.to_string()),
        None => Err(Trouble::Refused {
            code: Trouble::NOT_SYNCED.to_owned(),
            message: format!("the price {key} is not what the plans say: run `billing sync`"),
        }),
    }
}

/// What Stripe calls the workspace; asked once, by whoever is first.
pub async fn customer(
    store: &Store,
    stripe: &Stripe,
    tenant: &Tenant,
    email: &str,
) -> Result<String, Failure> {
    let known = account::find(store.catalog(), tenant.id).await?;
    if let Some(customer) = known.customer {
        return Ok(customer);
    }
    // The same for whoever asks at the same time, so that one customer is made; then who to write to.
    let request = CreateCustomer::new().metadata(belongs_to(tenant));
    let made = stripe.change(&request, &keyed("customer", &[&tenant.id.to_string()])).await?;
    let update = UpdateCustomer::new(made.id.clone()).name(tenant.name.as_str()).email(email);
    stripe.read(&update).await?;
    Ok(account::note_customer(store.catalog(), tenant.id, made.id.as_str()).await?)
}

/// Where somebody pays: a page of Stripe.
pub async fn begin(
    store: &Store,
    stripe: &Stripe,
    tenant: &Tenant,
    email: &str,
    wish: &Wish,
    seats: u64,
) -> Result<String, Failure> {
    let price = price(stripe, wish).await?;
    let customer = customer(store, stripe, tenant, email).await?;
    let mut line = Line::new();
    line.price = Some(price);
    line.quantity = Some(seats);
    let mut data = SubscriptionData::new();
    data.metadata = Some(belongs_to(tenant));
    let mut update = CustomerUpdate::new();
    update.address = Some(UpdateAddress::Auto);
    update.name = Some(UpdateName::Auto);
    let request = at(tenant, &customer, Mode::Subscription)
        .line_items(vec![line])
        .subscription_data(data)
        .allow_promotion_codes(true)
        .customer_update(update)
        .tax_id_collection(TaxId::new(true));
    let request = match stripe.has_tax() {
        true => request.automatic_tax(AutomaticTax::new(true)),
        false => request,
    };
    go(store, stripe, tenant, request).await
}

/// Where somebody gives a card for the trial that goes on.
pub async fn begin_card(
    store: &Store,
    stripe: &Stripe,
    tenant: &Tenant,
    email: &str,
    currency: Currency,
) -> Result<String, Failure> {
    let customer = customer(store, stripe, tenant, email).await?;
    // A trial that ends looks for a card, so nothing else is asked for.
    let request = at(tenant, &customer, Mode::Setup)
        .currency(money(currency))
        .allowed_payment_method_types([AllowedMethod::Card]);
    let request = match stripe.has_tax() {
        true => request.billing_address_collection(AddressCollection::Required),
        false => request,
    };
    go(store, stripe, tenant, request).await
}

fn at(tenant: &Tenant, customer: &str, mode: Mode) -> CreateCheckoutSession {
    let back = |path: &str| format!("{}/settings/billing{path}", tenant.origin);
    CreateCheckoutSession::new()
        .mode(mode)
        .customer(customer)
        .success_url(back("/return?session={CHECKOUT_SESSION_ID}"))
        .cancel_url(back("/plan"))
        .metadata(belongs_to(tenant))
}

async fn go(
    store: &Store,
    stripe: &Stripe,
    tenant: &Tenant,
    request: CreateCheckoutSession,
) -> Result<String, Failure> {
    // Each click is a visit of its own; what was paid twice is given back.
    let key = format!("checkout-{}", Uuid::now_v7());
    let session = stripe.change(&request, &key).await?;
    let catalog = store.catalog();
    let row = catalog.update_many::<Entity>().filter(Column::TenantId.eq(tenant.id));
    row.col_expr(Column::Checkout, Expr::value(session.id.as_str()))
        .col_expr(Column::CheckoutAt, Expr::value(clock::now()))
        .exec(catalog)
        .await?;
    session
        .url
        .ok_or_else(|| Failure::Stripe(Trouble::Away("its Checkout has no address".to_owned())))
}

/// What became of a Checkout of this workspace; none: it is another's, or there is none.
pub async fn outcome(
    stripe: &Stripe,
    customer: &str,
    session: &str,
) -> Result<Option<CheckoutSessionStatus>, Trouble> {
    let read = match stripe.read(&RetrieveCheckoutSession::new(session)).await {
        Err(trouble) if trouble.is_missing() => return Ok(None),
        read => read?,
    };
    let of = read.customer.as_ref().map(|customer| customer.id().to_string());
    Ok(read.status.filter(|_| of.as_deref() == Some(customer)))
}

/// Where somebody sees and changes what Stripe has of them.
pub async fn portal(stripe: &Stripe, customer: &str, back: &str) -> Result<String, Trouble> {
    let request = CreateBillingPortalSession::new().customer(customer).return_url(back);
    let key = format!("portal-{}", Uuid::now_v7());
    Ok(stripe.change(&request, &key).await?.url)
}

/// Nobody pays at this Checkout any more. One that is over is as good.
pub(crate) async fn shut(stripe: &Stripe, session: &str) -> Result<(), Trouble> {
    match stripe.change(&ExpireCheckoutSession::new(session), &keyed("shut", &[session])).await {
        Err(Trouble::Away(why)) => Err(Trouble::Away(why)),
        _ => Ok(()),
    }
}
