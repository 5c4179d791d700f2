//! What is sold here, made known to Stripe: products and prices as the plans say.

use std::collections::BTreeMap;

use platform::ui::{self, Currency};
use stripe_product::{
    price::{
        CreatePrice, CreatePriceRecurring, CreatePriceRecurringInterval, ListPrice, UpdatePrice,
    },
    product::{CreateProduct, RetrieveProduct, UpdateProduct},
};
use stripe_shared::{Price as Known, PriceTaxBehavior};

use crate::{
    plan::{Interval, Plan},
    stripe::{Stripe, Trouble, keyed, money},
};

/// One difference between what the plans say and what Stripe has.
#[derive(Clone, Debug)]
pub enum Step {
    /// A product that Stripe does not know.
    CreateProduct(&'static Plan),
    /// A product of another name or description, or one that was put away.
    UpdateProduct(&'static Plan),
    /// A price that Stripe does not know.
    CreatePrice {
        /// Of which plan.
        plan: &'static Plan,
        /// In which currency.
        currency: Currency,
        /// For how long.
        interval: Interval,
        /// Minor units.
        amount: i64,
        /// The one whose place it takes: those who pay it go on paying it, nobody new does.
        instead_of: Option<(String, i64)>,
    },
    /// A price of a plan, a currency or an interval that is not on offer any more.
    RetirePrice {
        /// Which.
        id: String,
        /// By what it was found; empty: another price has taken its place.
        lookup_key: String,
    },
}

impl Step {
    /// For whoever reads it on the command line.
    pub fn words(&self) -> String {
        match self {
            Self::CreateProduct(plan) => format!("+ product {}", plan.key),
            Self::UpdateProduct(plan) => format!("~ product {}", plan.key),
            Self::CreatePrice { plan, currency, interval, amount, instead_of } => {
                let key = plan.lookup_key(*currency, *interval);
                let now = ui::money(amount, currency);
                match instead_of {
                    None => format!("+ price {key}: {now}"),
                    Some((old, before)) => {
                        let before = ui::money(before, currency);
                        format!(
                            "~ price {key}: {before} becomes {now}; subscribers on {old} keep it"
                        )
                    }
                }
            }
            Self::RetirePrice { id, lookup_key } if lookup_key.is_empty() => {
                format!("- price {id}: replaced; its subscribers keep it")
            }
            Self::RetirePrice { id, lookup_key } => {
                format!("- price {lookup_key}: no longer on offer; subscribers on {id} keep it")
            }
        }
    }
}

/// What would have to be done. Nothing is done.
pub async fn compare(stripe: &Stripe, plans: &'static [Plan]) -> Result<Vec<Step>, Trouble> {
    let mut steps = vec![];
    let (prices, replaced) = our_prices(stripe).await?;
    let mut wanted = vec![];
    for plan in plans.iter().filter(|plan| plan.is_paid() && plan.is_offered) {
        match stripe.read(&RetrieveProduct::new(plan.product_id())).await {
            Err(trouble) if trouble.is_missing() => steps.push(Step::CreateProduct(plan)),
            Err(trouble) => return Err(trouble),
            Ok(known) => {
                let is_same = known.name == plan.name
                    && known.description.as_deref() == Some(plan.summary)
                    && known.active;
                if !is_same {
                    steps.push(Step::UpdateProduct(plan));
                }
            }
        }
        for price in plan.prices {
            for interval in Interval::ALL {
                let (key, amount) =
                    (plan.lookup_key(price.currency, interval), price.amount(interval));
                let known = prices.get(&key);
                let is_same = known.is_some_and(|known| {
                    known.unit_amount == Some(amount)
                        && known.active
                        && known.product.id().as_str() == plan.product_id()
                });
                if !is_same {
                    let old = known.map(|old| (old.id.to_string(), old.unit_amount.unwrap_or(0)));
                    let (currency, instead_of) = (price.currency, old);
                    steps.push(Step::CreatePrice { plan, currency, interval, amount, instead_of });
                }
                wanted.push(key);
            }
        }
    }
    for (lookup_key, known) in prices.into_iter().filter(|(key, _)| !wanted.contains(key)) {
        if known.active {
            steps.push(Step::RetirePrice { id: known.id.to_string(), lookup_key });
        }
    }
    let put_away = |id| Step::RetirePrice { id, lookup_key: String::new() };
    steps.extend(replaced.into_iter().map(put_away));
    Ok(steps)
}

/// The prices of our products by their lookup keys, and the ids of those that are on sale without one: a run that
/// broke off had given it to another.
async fn our_prices(stripe: &Stripe) -> Result<(BTreeMap<String, Known>, Vec<String>), Trouble> {
    let (mut all, mut replaced) = (BTreeMap::new(), vec![]);
    let mut request = ListPrice::new().limit(100);
    loop {
        let page = stripe.read(&request).await?;
        let last = page.data.last().map(|price| price.id.clone());
        for price in page.data {
            let is_ours = price.product.id().as_str().starts_with("plan_");
            match price.lookup_key.clone() {
                Some(key) if is_ours => {
                    all.insert(key, price);
                }
                None if is_ours && price.active => replaced.push(price.id.to_string()),
                _ => {}
            }
        }
        match last {
            Some(last) if page.has_more => {
                request = ListPrice::new().limit(100).starting_after(last.to_string());
            }
            _ => return Ok((all, replaced)),
        }
    }
}

/// Does one step. Done twice, it is done once: prices by their key, products by their id.
pub async fn apply(stripe: &Stripe, step: &Step) -> Result<(), Trouble> {
    match step {
        Step::CreateProduct(plan) => {
            let request = CreateProduct::new(plan.name).id(plan.product_id());
            let request = request.description(plan.summary);
            let key = keyed("product", &[&plan.product_id(), plan.name, plan.summary]);
            stripe.change(&request, &key).await?;
        }
        Step::UpdateProduct(plan) => {
            let request = UpdateProduct::new(plan.product_id()).name(plan.name).active(true);
            // What it is set to is the same each time, so it needs no key.
            stripe.read(&request.description(plan.summary)).await?;
        }
        Step::CreatePrice { plan, currency, interval, amount, instead_of } => {
            let recurring = match interval {
                Interval::Year => CreatePriceRecurringInterval::Year,
                Interval::Month => CreatePriceRecurringInterval::Month,
            };
            let lookup_key = plan.lookup_key(*currency, *interval);
            let request = CreatePrice::new(money(*currency))
                .product(plan.product_id())
                .unit_amount(*amount)
                .lookup_key(lookup_key.as_str())
                .transfer_lookup_key(true)
                .tax_behavior(PriceTaxBehavior::Exclusive)
                .recurring(CreatePriceRecurring::new(recurring));
            let before = instead_of.as_ref().map_or("", |(id, _)| id.as_str());
            let key = keyed("price", &[&lookup_key, &amount.to_string(), before]);
            stripe.change(&request, &key).await?;
            if let Some((old, _)) = instead_of {
                stripe.read(&UpdatePrice::new(old.as_str()).active(false)).await?;
            }
        }
        Step::RetirePrice { id, .. } => {
            stripe.read(&UpdatePrice::new(id.as_str()).active(false)).await?;
        }
    }
    Ok(())
}
