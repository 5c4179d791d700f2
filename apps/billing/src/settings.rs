//! The settings of billing: whose Stripe it is, or none.

use platform::{
    Environment, Reader, Secret,
    plans::{PlanOffer, PlanPrice, Plans},
    request::FormTarget,
};

use crate::{
    pages,
    plan::{Grant, PLANS, Plan, Price, price_text},
    stripe::Stripe,
};

/// Where Stripe's own pages are.
const STRIPE_PAGES: &str = "https://checkout.stripe.com https://billing.stripe.com";

/// Billing, as this installation has it.
#[derive(Debug)]
pub struct Billing {
    is_on: bool,
    stripe: Option<Stripe>,
    /// What webhooks are signed by, besides what `billing sync` keeps.
    secrets: Vec<Secret>,
    pages: FormTarget,
}

impl Billing {
    /// Reads `BILLING`, `STRIPE_SECRET_KEY`, `STRIPE_BASE_URL`, `STRIPE_PAGES`, `STRIPE_WEBHOOK_SECRET` and
    /// `STRIPE_TAX`. In development, without a key, it is the sandbox's.
    pub(crate) fn from_settings(env: &mut Reader) -> Self {
        let said = env.text("BILLING");
        let key = env.secret("STRIPE_SECRET_KEY");
        let base = env.text("STRIPE_BASE_URL");
        let sandbox = env.development_origin().map(|origin| format!("{origin}/dev/stripe"));
        let place = base.clone().or_else(|| sandbox.clone().filter(|_| key.is_none()));
        let secrets = env.secret("STRIPE_WEBHOOK_SECRET");
        let secrets = secrets.iter().flat_map(|all| all.expose().split([',', ' ']));
        let secrets = secrets.filter(|one| !one.is_empty()).map(Secret::new).collect();
        let has_tax = env.switch("STRIPE_TAX", false);
        let usual = place.as_deref().map_or(STRIPE_PAGES.to_owned(), FormTarget::origin_of);
        let pages = FormTarget::parse(&env.text_or("STRIPE_PAGES", &usual));
        let pages = pages.unwrap_or_else(|| {
            env.problem("STRIPE_PAGES is a list of origins, such as https://pay.example.com");
            FormTarget::default()
        });
        let stripe = match (key, base, sandbox) {
            (Some(key), base, _) => Some(Stripe::new(key.expose(), base.as_deref())),
            (None, Some(base), _) if env.environment() != Environment::Production => {
                Some(Stripe::new(SANDBOX_KEY, Some(&base)))
            }
            (None, Some(_), _) => Some(Err("STRIPE_BASE_URL needs STRIPE_SECRET_KEY".to_owned())),
            (None, None, Some(sandbox)) => Some(Stripe::new(SANDBOX_KEY, Some(&sandbox))),
            (None, None, None) => None,
        };
        let stripe = stripe.and_then(|made| made.map_err(|problem| env.problem(problem)).ok());
        // Who has no Stripe and says nothing sells nothing, and limits nobody.
        let is_on = match said.as_deref() {
            None => stripe.is_some(),
            Some("on") => true,
            Some("off") => false,
            Some(other) => {
                env.problem(format!("BILLING is on or off, not {other}"));
                false
            }
        };
        let stripe = stripe.filter(|_| is_on).map(|stripe| stripe.with_tax(has_tax));
        Self { is_on, stripe, secrets, pages }
    }

    /// Stripe; none: nothing can be bought here.
    pub fn stripe(&self) -> Option<&Stripe> {
        self.stripe.as_ref()
    }

    /// Workspaces have plans, and what a plan does not include they do not have.
    pub fn is_on(&self) -> bool {
        self.is_on
    }

    /// Where somebody is sent to pay.
    pub(crate) fn pages(&self) -> &FormTarget {
        &self.pages
    }

    /// What webhooks are signed by, as the settings say.
    pub fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    /// What each plan grants; nothing, where workspaces have none.
    pub(crate) fn plans(&self) -> Plans {
        if !self.is_on {
            return Plans::default();
        }
        let value = |grant: &Grant| match grant {
            Grant::UpTo(many) => i64::try_from(*many).unwrap_or(i64::MAX),
            Grant::Unlimited => -1,
            Grant::No => 0,
        };
        let price = |price: &Price| PlanPrice {
            currency: price.currency.code().to_owned(),
            month: price_text(price.month, price.currency),
            year: price_text(price.year, price.currency),
        };
        let offer = |plan: &Plan| PlanOffer {
            key: plan.key,
            name: plan.name,
            summary: plan.summary,
            badge: plan.badge,
            prices: plan.prices.iter().map(price).collect(),
            trial_days: plan.trial_days,
            includes: plan.includes,
            is_offered: plan.is_offered,
            grants: plan.grants.iter().map(|(key, grant)| (*key, value(grant))).collect(),
        };
        let ladder = PLANS.iter().map(offer).collect();
        Plans { ladder, path: pages::PLAN, start: pages::START }
    }
}

/// With which a sandbox is content.
const SANDBOX_KEY: &str = "sk_test_sandbox";
