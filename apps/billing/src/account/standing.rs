//! How a workspace stands with Stripe: which of its subscriptions counts. No database, no network, no clock.

use chrono::{DateTime, Utc};
use stripe_shared::{Subscription, SubscriptionStatus};

use crate::stripe::{at, upper};

/// Marks at Stripe (metadata of a subscription), so that what was begun is found again by whoever reads it.
pub(crate) const STOPPED: &str = "stopped";
pub(crate) const BY_DELETION: &str = "workspace_deleted";
pub(crate) const PAID_TWICE: &str = "paid_twice";
pub(crate) const OWED: &str = "owed";
pub(crate) const GIVEN_BACK: &str = "given_back";

/// What matters of a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What Stripe calls it.
    pub id: String,
    /// What Stripe says of it: `active`.
    pub status: String,
    /// The plan it is for, by its product; empty: none of ours.
    pub plan: String,
    /// Its one item, at Stripe.
    pub item: String,
    /// `month` or `year`.
    pub period: String,
    /// `USD`.
    pub currency: String,
    /// What a member costs, minor units.
    pub amount: i64,
    /// So many are paid for.
    pub seats: i32,
    /// When what is paid ends. It stands on the item; a subscription has none.
    pub period_end: DateTime<Utc>,
    /// When the trial ends; none: there is none.
    pub trial_end: Option<DateTime<Utc>>,
    /// When it ends for good; none: it goes on.
    pub ends_at: Option<DateTime<Utc>>,
    /// It ends because the workspace was deleted.
    pub is_stopped_by_deletion: bool,
    /// It was paid beside another one, and that is still to be given back.
    pub is_owed: bool,
    /// It has a card of its own.
    pub has_card: bool,
    /// When it began.
    pub created: DateTime<Utc>,
    /// Its latest invoice.
    pub invoice: Option<String>,
}

/// What Stripe says of a subscription that somebody can use.
const IN_FORCE: [&str; 3] = ["trialing", "active", "past_due"];
/// And of one that is not in force, but can be again, or be charged.
pub(crate) const ALIVE: [&str; 5] = ["trialing", "active", "past_due", "unpaid", "paused"];

/// Does a subscription of this status give what its plan includes?
pub fn is_in_force(status: &str) -> bool {
    IN_FORCE.contains(&status)
}

/// Can a subscription of this status still be charged?
pub fn is_alive(status: &str) -> bool {
    ALIVE.contains(&status)
}

impl Standing {
    /// Of what Stripe answers; none: it has no item of ours.
    pub fn of(subscription: &Subscription) -> Option<Self> {
        let items = &subscription.items.data;
        let is_ours = |product: &str| product.starts_with("plan_");
        let item = items.iter().find(|item| is_ours(item.price.product.id().as_str()))?;
        let product = item.price.product.id().to_string();
        let recurring = item.price.recurring.as_ref()?;
        let ends_at = match subscription.cancel_at {
            Some(moment) => Some(at(moment)),
            None if subscription.cancel_at_period_end => Some(at(item.current_period_end)),
            None => None,
        };
        let marked = |name: &str, as_what: &str| {
            subscription.metadata.get(name).is_some_and(|mark| mark == as_what)
        };
        let invoice = subscription.latest_invoice.as_ref();
        let is_trial = subscription.status == SubscriptionStatus::Trialing;
        Some(Self {
            id: subscription.id.to_string(),
            status: subscription.status.as_str().to_owned(),
            plan: product.trim_start_matches("plan_").to_owned(),
            item: item.id.to_string(),
            period: recurring.interval.as_str().to_owned(),
            currency: upper(&item.price.currency),
            amount: item.price.unit_amount.unwrap_or_default(),
            seats: item.quantity.and_then(|many| i32::try_from(many).ok()).unwrap_or_default(),
            period_end: at(item.current_period_end),
            trial_end: subscription.trial_end.filter(|_| is_trial).map(at),
            ends_at,
            is_stopped_by_deletion: ends_at.is_some() && marked(STOPPED, BY_DELETION),
            is_owed: marked(PAID_TWICE, OWED),
            has_card: subscription.default_payment_method.is_some(),
            created: at(subscription.created),
            invoice: invoice.and_then(|invoice| invoice.id().as_ref().map(ToString::to_string)),
        })
    }
}

/// Which one counts, and which must go: a workspace pays once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The one that counts.
    pub kept: Option<Standing>,
    /// Those beside it that can still be charged. What was paid for them is given back.
    pub extra: Vec<Standing>,
    /// Those that have ended, and whose payment is still to be given back.
    pub owed: Vec<Standing>,
    /// There is one, or was.
    pub had_any: bool,
}

/// Chooses, in whatever order they come: the first that somebody gave a card for, else the first. Two tabs that
/// both paid leave one; a trial without a card yields to what was bought.
pub fn choose(all: Vec<Standing>) -> Choice {
    let had_any = !all.is_empty();
    let (mut alive, over): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|one| is_alive(&one.status));
    alive.sort_by(|a, b| rank(a).cmp(&rank(b)));
    let mut alive = alive.into_iter();
    let owed = over.into_iter().filter(|one| one.is_owed).collect();
    Choice { kept: alive.next(), extra: alive.collect(), owed, had_any }
}

fn rank(one: &Standing) -> (bool, bool, DateTime<Utc>, &str) {
    let is_bare_trial = one.status == "trialing" && !one.has_card;
    (!is_in_force(&one.status), is_bare_trial, one.created, &one.id)
}
