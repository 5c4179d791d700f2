//! A subscription becomes another one: what that costs, said before it is done; its end, and that it goes on after all.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use stripe_billing::{
    invoice::{
        CreatePreviewInvoice, CreatePreviewInvoiceSubscriptionDetails as PreviewDetails,
        CreatePreviewInvoiceSubscriptionDetailsItems as PreviewItem,
        CreatePreviewInvoiceSubscriptionDetailsProrationBehavior as PreviewProration,
    },
    subscription::{
        RetrieveSubscription, UpdateSubscription, UpdateSubscriptionCancellationDetails as Details,
        UpdateSubscriptionCancellationDetailsFeedback as Feedback, UpdateSubscriptionItems as Item,
        UpdateSubscriptionPaymentBehavior as Payment,
        UpdateSubscriptionProrationBehavior as Proration,
    },
};

use crate::{
    account::{BY_DELETION, STOPPED, Standing},
    stripe::{Stripe, Trouble},
};

/// What a change costs, before it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The moment for which it was worked out.
    pub at: DateTime<Utc>,
    /// What is charged at once, minor units.
    pub due: i64,
    /// What is left as credit for later invoices, minor units.
    pub credit: i64,
    /// The lines, minor units: with discounts, taxes and credit of before they come to what is charged or left.
    pub lines: Vec<(String, i64)>,
}

impl Preview {
    /// It costs nothing now.
    pub fn nothing(at: DateTime<Utc>) -> Self {
        Self { at, due: 0, credit: 0, lines: vec![] }
    }
}

/// The subscription as Stripe has it now; none: it is none of ours.
pub async fn now(stripe: &Stripe, subscription: &str) -> Result<Option<Standing>, Trouble> {
    let read = stripe.read(&RetrieveSubscription::new(subscription)).await?;
    Ok(Standing::of(&read))
}

/// What it would cost to have another price or other seats from `at` on.
pub async fn preview(
    stripe: &Stripe,
    of: &Standing,
    (price, seats): (&str, i32),
    at: DateTime<Utc>,
) -> Result<Preview, Trouble> {
    let mut item = PreviewItem::new();
    item.id = Some(of.item.clone());
    item.price = Some(price.to_owned());
    item.quantity = u64::try_from(seats).ok();
    let mut details = PreviewDetails::new();
    details.items = Some(vec![item]);
    details.proration_behavior = Some(PreviewProration::AlwaysInvoice);
    // Nothing is charged in a trial, so there is nothing to share out.
    details.proration_date = of.trial_end.is_none().then(|| at.timestamp());
    let request = CreatePreviewInvoice::new().subscription(of.id.as_str());
    let invoice = stripe.read(&request.subscription_details(details)).await?;
    let line = |line: &stripe_shared::InvoiceLineItem| {
        (line.description.clone().unwrap_or_default(), line.amount)
    };
    let mut lines: Vec<_> = invoice.lines.data.iter().map(line).collect();
    let discounts = invoice.total_discount_amounts.unwrap_or_default();
    let discount: i64 = discounts.iter().map(|one| one.amount).sum();
    let taxes = invoice.total_taxes.unwrap_or_default();
    let tax: i64 = taxes.iter().map(|tax| tax.amount).sum();
    // What an earlier change left. Less than nothing is credit, as Stripe keeps it.
    let credit = invoice.amount_due - invoice.total.max(0);
    for (text, amount) in [("Discount", -discount), ("Tax", tax), ("Credit from before", credit)] {
        if amount != 0 {
            lines.push((text.to_owned(), amount));
        }
    }
    Ok(Preview { at, due: invoice.amount_due, credit: (-invoice.total).max(0), lines })
}

/// Makes the change. Where money is due and the card does not give it, nothing is changed.
pub async fn make(
    stripe: &Stripe,
    of: &Standing,
    (price, seats): (&str, i32),
    at: DateTime<Utc>,
) -> Result<(), Trouble> {
    let mut item = Item::new();
    item.id = Some(of.item.clone());
    item.price = Some(price.to_owned());
    item.quantity = u64::try_from(seats).ok();
    let mut request = UpdateSubscription::new(of.id.as_str())
        .items(vec![item])
        .proration_behavior(Proration::AlwaysInvoice)
        .payment_behavior(Payment::ErrorIfIncomplete);
    if of.ends_at.is_some() {
        // Whoever changes it wants it.
        request = request.cancel_at_period_end(false).metadata(mark(STOPPED, ""));
    }
    if of.trial_end.is_none() {
        request = request.proration_date(at.timestamp());
    }
    let key = format!("change-{}-{price}-{seats}-{}", of.id, at.timestamp());
    stripe.change(&request, &key).await.map(drop)
}

/// So many are paid for from now on; the difference stands on the next invoice.
pub(crate) async fn count(stripe: &Stripe, subscription: &str, seats: u64) -> Result<(), Trouble> {
    let Some(of) = now(stripe, subscription).await? else { return Ok(()) };
    let mut item = Item::new();
    (item.id, item.quantity) = (Some(of.item), Some(seats));
    let request = UpdateSubscription::new(subscription).items(vec![item]);
    // What it is set to is the same each time, so it needs no key.
    stripe.read(&request.proration_behavior(Proration::CreateProrations)).await.map(drop)
}

/// Why somebody ends a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// One of [`REASONS`], or empty.
    pub word: String,
    /// In their words; may be empty.
    pub comment: String,
}

/// What people can say, as Stripe knows it and as they read it.
pub const REASONS: [(&str, &str); 7] = [
    ("too_expensive", "It costs too much"),
    ("missing_features", "Something is missing"),
    ("unused", "We don't use it enough"),
    ("switched_service", "We use something else now"),
    ("too_complex", "It is too complicated"),
    ("customer_service", "Support was not good enough"),
    ("other", "Another reason"),
];

/// Ends it when what is paid ends.
pub async fn stop(stripe: &Stripe, subscription: &str, why: &Reason) -> Result<(), Trouble> {
    let mut details = Details::new();
    // Also where it is empty: what an earlier end said is said no more.
    details.comment = Some(why.comment.clone());
    if REASONS.iter().any(|(word, _)| *word == why.word) {
        details.feedback = why.word.parse::<Feedback>().ok();
    }
    let request = UpdateSubscription::new(subscription)
        .cancel_at_period_end(true)
        .cancellation_details(details)
        .metadata(mark(STOPPED, ""));
    // What it is set to is the same each time, so it needs no key.
    stripe.read(&request).await.map(drop)
}

/// The same since the workspace was deleted; taken back if somebody keeps the workspace.
pub(crate) async fn stop_deleted(stripe: &Stripe, subscription: &str) -> Result<(), Trouble> {
    let request = UpdateSubscription::new(subscription).cancel_at_period_end(true);
    stripe.read(&request.metadata(mark(STOPPED, BY_DELETION))).await.map(drop)
}

/// It goes on after all.
pub async fn resume(stripe: &Stripe, subscription: &str) -> Result<(), Trouble> {
    let mut details = Details::new();
    details.comment = Some(String::new());
    let request = UpdateSubscription::new(subscription)
        .cancel_at_period_end(false)
        .cancellation_details(details)
        .metadata(mark(STOPPED, ""));
    stripe.read(&request).await.map(drop)
}

/// A mark in the metadata of a subscription; empty takes it away.
pub(crate) fn mark(name: &str, as_what: &str) -> HashMap<String, String> {
    HashMap::from([(name.to_owned(), as_what.to_owned())])
}
