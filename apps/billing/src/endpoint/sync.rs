//! The webhook at Stripe, as `billing sync` makes it: with the pinned version of the API, and the events that are read.

use platform::{Result, catalog::CatalogDb, process::Vault};
use stripe_misc::webhook_endpoint::{
    CreateWebhookEndpoint, CreateWebhookEndpointEnabledEvents as Events, DeleteWebhookEndpoint,
    ListWebhookEndpoint, UpdateWebhookEndpoint, UpdateWebhookEndpointEnabledEvents as NewEvents,
};
use stripe_shared::ApiVersion;

use crate::{
    account::Failure,
    stripe::{Stripe, Trouble, VERSION},
};

/// What Stripe tells us of.
const EVENTS: [&str; 11] = [
    "checkout.session.completed",
    "customer.updated",
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "invoice.finalized",
    "invoice.paid",
    "invoice.payment_failed",
    "invoice.voided",
];

/// A difference between what is at Stripe and what should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is none, or nobody knows what it signs by: then it takes the place of these.
    Create(Vec<String>),
    /// It is put away, or tells of other events.
    Update(String),
}

impl Step {
    /// For whoever reads it on the command line.
    pub fn words(&self) -> String {
        match self {
            Self::Create(old) if old.is_empty() => "+ webhook".to_owned(),
            Self::Create(old) => format!("~ webhook: takes the place of {}", old.join(", ")),
            Self::Update(id) => format!("~ webhook {id}"),
        }
    }
}

/// What would have to be done, where the webhook leads to `url`. `is_told`: its secret stands in the settings.
pub async fn compare(
    catalog: &CatalogDb,
    stripe: &Stripe,
    url: &str,
    is_told: bool,
) -> Result<Option<Step>, Failure> {
    let known = super::known(catalog).await?;
    let all = stripe.read(&ListWebhookEndpoint::new().limit(100)).await?.data;
    let (ours, strange): (Vec<_>, Vec<_>) = all
        .into_iter()
        .filter(|one| one.url == url)
        .partition(|one| is_told || known.iter().any(|id| *id == one.id.as_str()));
    let Some(one) = ours.into_iter().next() else {
        return Ok(Some(Step::Create(strange.iter().map(|one| one.id.to_string()).collect())));
    };
    if one.api_version.as_deref().is_some_and(|version| version != VERSION) {
        // A version is said once, when it is made.
        return Ok(Some(Step::Create(vec![one.id.to_string()])));
    }
    let is_wanted = |event: &&str| one.enabled_events.iter().any(|known| known == event);
    let is_same = one.enabled_events.len() == EVENTS.len() && EVENTS.iter().all(is_wanted);
    Ok((!is_same || one.status != "enabled").then(|| Step::Update(one.id.to_string())))
}

/// Does it. The new one is known before an old one goes, so nothing is told to nobody.
pub async fn apply(
    (catalog, vault): (&CatalogDb, &Vault),
    stripe: &Stripe,
    url: &str,
    step: &Step,
) -> Result<(), Failure> {
    match step {
        Step::Create(old) => {
            let events: Vec<Events> = EVENTS.iter().filter_map(|one| one.parse().ok()).collect();
            let request = CreateWebhookEndpoint::new(events, url);
            let request = request.api_version(ApiVersion::Unknown(VERSION.to_owned()));
            // Its secret is told once: what an answer that was lost had made is unknown, and is replaced next time.
            let made = stripe.read_once(&request).await?;
            let Some(secret) = made.secret else {
                return Err(Trouble::Away("it told no secret".to_owned()).into());
            };
            super::keep(catalog, vault, (made.id.as_str(), url), &secret).await?;
            for id in old {
                stripe.read(&DeleteWebhookEndpoint::new(id.as_str())).await?;
                super::forget(catalog, id).await?;
            }
        }
        Step::Update(id) => {
            let events: Vec<NewEvents> = EVENTS.iter().filter_map(|one| one.parse().ok()).collect();
            let request = UpdateWebhookEndpoint::new(id.as_str()).disabled(false);
            stripe.read(&request.enabled_events(events)).await?;
        }
    }
    Ok(())
}
